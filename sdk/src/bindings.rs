//! What wit-bindgen makes of `wit/0.1.0`. Nothing but [`crate::host`] and the macro [`crate::export`] reads it.
#![allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::allow_attributes_without_reason,
    reason = "generated"
)]

wit_bindgen::generate!({
    path: "../wit/0.1.0",
    world: "collector",
    pub_export_macro: true,
    export_macro_name: "export_collector",
    default_bindings_module: "engine_sdk::bindings",
});
