//! Making a component of a collector.

use crate::{Engine, Fault, Run};

/// A collector: what a plugin's author writes.
pub trait Collector {
    /// Says whether it can reach what it needs, without collecting: for `engine doctor`.
    ///
    /// # Errors
    /// Why it cannot.
    fn check(run: &Run<'_>) -> Result<(), Fault> {
        let _ = run;
        Ok(())
    }

    /// Collects, once.
    ///
    /// # Errors
    /// Why nothing more can be collected: every scope that is not complete by then is a gap. A fault of one kind belongs
    /// into [`crate::Scope::collect`] instead.
    fn collect(run: &Run<'_>) -> Result<(), Fault>;
}

/// Runs [`Collector::check`] for the host; the macro [`crate::export`] calls it.
#[doc(hidden)]
pub fn check<C: Collector>() -> Result<(), Fault> {
    C::check(&Run::new(&Engine)?)
}

/// Runs [`Collector::collect`] for the host; the macro [`crate::export`] calls it.
#[doc(hidden)]
pub fn collect<C: Collector>() -> Result<(), Fault> {
    C::collect(&Run::new(&Engine)?)
}

/// Makes a component of a [`Collector`], with its manifest (a path beneath the crate's folder) inside.
///
/// The manifest becomes the custom section `engine:plugin`, so that one digest covers the code and what it asks for, and so
/// that the host reads it without running anything.
#[macro_export]
macro_rules! export {
    ($collector:ty, manifest = $manifest:literal) => {
        const _: () = {
            const BYTES: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $manifest));
            #[used]
            #[cfg_attr(target_family = "wasm", unsafe(link_section = "engine:plugin"))]
            #[allow(unsafe_code, reason = "naming a section of the file is all that is unsafe here")]
            static MANIFEST: [u8; BYTES.len()] = {
                let mut bytes = [0; BYTES.len()];
                bytes.copy_from_slice(BYTES);
                bytes
            };

            struct Component;
            impl $crate::bindings::Guest for Component {
                fn check() -> ::core::result::Result<(), $crate::bindings::Fault> {
                    $crate::check::<$collector>().map_err(::core::convert::Into::into)
                }
                fn collect() -> ::core::result::Result<(), $crate::bindings::Fault> {
                    $crate::collect::<$collector>().map_err(::core::convert::Into::into)
                }
            }
            #[allow(unsafe_code, reason = "the functions that the host calls have names that must not be mangled")]
            const _: () = {
        $crate::bindings::export_collector!(Component with_types_in $crate::bindings);
            };
        };
    };
}
