//! The generated bindings: the engine's own contract, version 0.1.0, and the part of WASI that the host answers.
//!
//! Takes the WIT files and gives traits for the host to implement. Holds no behaviour.
#![allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, reason = "generated from the WIT files")]

/// The contract with plugins, version 0.1.0.
pub(crate) mod collector {
    wasmtime::component::bindgen!({
        path: "../../wit/0.1.0",
        world: "collector",
        imports: {
            "engine:collector/http": async | trappable,
            "engine:collector/files": async | trappable,
            "engine:collector/run.sleep": async | trappable,
            default: trappable,
        },
        exports: { default: async },
    });
}

/// The part of WASI 0.2 that the host answers itself.
pub(crate) mod wasi {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "engine:sandbox/wasi",
        imports: {
            "wasi:io/poll": async | trappable,
            default: trappable,
        },
        with: {
            "wasi:io/error.error": crate::guest::wasi::StreamFault,
            "wasi:io/poll.pollable": crate::guest::wasi::Pollable,
            "wasi:io/streams.input-stream": crate::guest::wasi::ClosedInput,
            "wasi:io/streams.output-stream": crate::guest::wasi::LogOutput,
        },
    });
}
