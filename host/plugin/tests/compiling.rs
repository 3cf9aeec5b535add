//! Compiling in a child process. This program is its own child: with an argument it does what `engine compile-component`
//! does, so that the limits which it sets for itself are those of the product.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test without the harness")]

use std::process::ExitCode;

use engine_plugin::{Compiler, LoadError, Loader, LoaderConfig, PluginFile, compile_stdin_to_stdout};

const ARGUMENT: &str = "compile-component";

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(ARGUMENT) {
        return compile_stdin_to_stdout();
    }
    a_good_component_is_compiled_in_a_child();
    threat_7_a_component_that_is_refused_says_why();
    println!("compiling: ok");
    ExitCode::SUCCESS
}

fn loader() -> Loader {
    let compiler = Compiler::Child { executable: std::env::current_exe().unwrap(), args: vec![ARGUMENT.into()] };
    Loader::new(LoaderConfig { compiler, cache_dir: None, engine_version: semver::Version::new(0, 1, 0) }).unwrap()
}

fn plugin_file(text: &str) -> PluginFile {
    let manifest = b"name = \"test\"\nversion = \"0.1.0\"\ndescription = \"A test.\"\nengine = \"*\"\nwit = \"0.1.0\"\nkinds = [\"host.os@1\"]\n";
    let mut component = wat::parse_str(text).unwrap();
    let mut content = vec![13];
    content.extend_from_slice(b"engine:plugin");
    content.extend_from_slice(manifest);
    assert!(content.len() < 128);
    component.extend_from_slice(&[0, u8::try_from(content.len()).unwrap()]);
    component.extend_from_slice(&content);
    PluginFile::from_bytes(component).unwrap()
}

fn a_good_component_is_compiled_in_a_child() {
    let text = r#"(component
        (import "engine:collector/types@0.1.0" (instance $types
          (type $f (record (field "code" string) (field "message" string) (field "retryable" bool) (field "more" string)))
          (export "fault" (type (eq $f)))))
        (alias export $types "fault" (type $fault))
        (core module $m (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
          (func (export "run") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func (export "check") (result (result (error $fault)))
          (canon lift (core func $i "run") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
        (func (export "collect") (result (result (error $fault)))
          (canon lift (core func $i "run") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#;
    loader().load(&plugin_file(text)).unwrap();
}

fn threat_7_a_component_that_is_refused_says_why() {
    let error = loader().load(&plugin_file("(component (core module (memory i64 1)))")).unwrap_err();
    let LoadError::Refused { reason, .. } = error else { panic!("{error}") };
    assert!(reason.contains("memory64"), "{reason}");
}
