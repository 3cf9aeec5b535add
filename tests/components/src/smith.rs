//! What wasm-smith makes of bytes: whole components, and core modules in a component that can run.

use arbitrary::Unstructured;
use wasm_smith::{Component, Config, Module};

use crate::around;

/// How a component came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// A core module with features that are on, in a component that runs it.
    Runnable,
    /// A core module with any features, function bodies of any bytes and any imports, in a component that would run it.
    Anything,
    /// A component of any shape.
    Component,
}

impl Made {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Runnable, Self::Anything, Self::Component];
}

/// A component made of bytes; `None` when there are too few.
pub fn made(how: Made, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Unstructured::new(bytes);
    match how {
        Made::Runnable => Module::new(runnable(), &mut bytes).ok().map(|module| around(&module.to_bytes())),
        Made::Anything => Module::new(anything(), &mut bytes).ok().map(|module| around(&module.to_bytes())),
        Made::Component => Component::new(Config::default(), &mut bytes).ok().map(|component| component.to_bytes()),
    }
}

fn exports() -> Option<Vec<u8>> {
    let text = r#"(module
        (memory (export "memory") 1)
        (func (export "run") (result i32) unreachable)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))"#;
    wat::parse_str(text).ok()
}

fn runnable() -> Config {
    Config {
        exports: exports(),
        max_imports: 0,
        max_memories: 4,
        max_tables: 4,
        max_memory32_bytes: 1 << 26,
        max_table_elements: 200_000,
        custom_page_sizes_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

fn anything() -> Config {
    Config { exports: exports(), allow_invalid_funcs: true, max_memories: 200, max_tables: 200, ..Config::default() }
}
