//! Malformed and hostile components, each made from a number or from bytes, the same everywhere. Used by tests and fuzzers only.

mod bomb;
mod changed;
mod smith;

pub use bomb::{Bomb, bombs};
pub use changed::{Mixed, changed};
pub use smith::{Made, made};

/// A manifest that fits every engine of version 0.1.0.
pub const MANIFEST: &str = "name = \"test\"\nversion = \"0.1.0\"\ndescription = \"A test.\"\nengine = \"*\"\nwit = \"0.1.0\"\nkinds = [\"host.os@1\"]\n[[files]]\npath = \"/etc/**\"\nwhy = \"to test\"\n";

const SECTION: &str = "engine:plugin";

/// The component with a manifest as its custom section.
pub fn with_manifest(component: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    leb(SECTION.len() as u64, &mut content);
    content.extend_from_slice(SECTION.as_bytes());
    content.extend_from_slice(MANIFEST.as_bytes());
    let mut component = component.to_vec();
    section(0, &content, &mut component);
    component
}

/// A component whose `check` and `collect` both call `run` of this core module, which exports `memory` and `realloc` too.
pub fn around(module: &[u8]) -> Vec<u8> {
    // Made of two halves, for the module stands between them: what it is given for, and what is made of it.
    let before = wat::parse_str(format!("(component {HEAD})")).unwrap_or_default();
    let whole = wat::parse_str(format!("(component {HEAD} (core module) {TAIL})")).unwrap_or_default();
    let mut component = before.clone();
    section(1, module, &mut component);
    // The empty module of the text: its section, its size, and the eight bytes of its head.
    component.extend_from_slice(whole.get(before.len() + 10..).unwrap_or_default());
    component
}

/// A small component that runs.
pub fn small() -> Vec<u8> {
    let module = r#"(module (memory (export "memory") 1)
        (global $calls (mut i32) (i32.const 0)) (table 2 funcref) (elem (i32.const 0) $count $count) (type $none (func))
        (data (i32.const 128) "a text")
        (func $count (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
        (func (export "run") (result i32) (local $at i32)
          (loop $again
            (call_indirect (type $none) (i32.and (local.get $at) (i32.const 1)))
            (i32.store offset=64 (local.get $at) (i32.load offset=128 (local.get $at)))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br_if $again (i32.lt_u (local.get $at) (i32.const 64))))
          (i32.const 0))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))"#;
    around(&wat::parse_str(module).unwrap_or_default())
}

// No names: a section for them would stand behind the text's last item.
const HEAD: &str = r#"
(import "engine:collector/types@0.1.0" (instance
  (type (record (field "code" string) (field "message" string) (field "retryable" bool) (field "more" string)))
  (export "fault" (type (eq 0)))))
(alias export 0 "fault" (type))
(type (func (result (result (error 1)))))
"#;

const TAIL: &str = r#"
(core instance (instantiate 0))
(func (export "check") (type 3) (canon lift (core func 0 "run") (memory (core memory 0 "memory")) (realloc (core func 0 "realloc"))))
(func (export "collect") (type 3) (canon lift (core func 0 "run") (memory (core memory 0 "memory")) (realloc (core func 0 "realloc"))))
"#;

/// Appends a section.
fn section(id: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(id);
    leb(content.len() as u64, out);
    out.extend_from_slice(content);
}

/// Appends a number as WebAssembly writes it.
fn leb(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}
