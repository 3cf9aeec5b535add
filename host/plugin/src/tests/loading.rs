//! What is refused before anything runs.

use super::*;
use crate::FileError;

#[track_caller]
fn refused(component: Vec<u8>) -> LoadError {
    load(component).unwrap_err()
}

#[test]
fn threat_7_bytes_that_are_no_component_are_refused() {
    assert!(matches!(PluginFile::from_bytes(b"\0asm\x01\0\0\0".to_vec()), Err(FileError::NotAComponent { .. })));
    assert!(matches!(PluginFile::from_bytes(b"ELF".to_vec()), Err(FileError::NotAComponent { .. })));
    assert!(matches!(PluginFile::from_bytes(Vec::new()), Err(FileError::NotAComponent { .. })));
    assert!(matches!(PluginFile::from_bytes(wat::parse_str("(component)").unwrap()), Err(FileError::Manifests { count: 0 })));
    let twice = with_manifest(with_manifest(wat::parse_str("(component)").unwrap(), MANIFEST), MANIFEST);
    assert!(matches!(PluginFile::from_bytes(twice), Err(FileError::Manifests { count: 2 })));
}

#[test]
fn threat_7_a_damaged_component_is_an_error_and_never_a_panic() {
    let whole = with_manifest(collects(""), MANIFEST);
    let loader = loader();
    for at in (8..whole.len()).step_by(97) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        if let Ok(file) = PluginFile::from_bytes(damaged) {
            let _ = loader.load(&file);
        }
        if let Ok(file) = PluginFile::from_bytes(whole[..at].to_vec()) {
            let _ = loader.load(&file);
        }
    }
}

#[test]
fn an_import_that_is_not_supplied_is_refused_with_its_name() {
    let component = |import: &str| wat::parse_str(format!(r#"(component (import "{import}" (instance)))"#)).unwrap();
    for import in [
        "vendor:secret/backdoor@1.0.0",
        "wasi:nn/graph@0.2.0",
        "wasi:cli/environment@0.3.0",
        "engine:collector/shell@0.1.0",
        "plain",
    ] {
        let error = refused(component(import));
        assert!(matches!(&error, LoadError::UnknownImport { import: named, .. } if named == import), "{error}");
    }
    let error = refused(component("engine:collector/http@0.2.0"));
    assert_eq!(error.to_string(), "plugin `test` wants the contract engine:collector 0.2.0, this engine supports 0.1.0");
}

#[test]
fn a_component_without_the_exports_is_refused() {
    assert!(matches!(refused(wat::parse_str("(component)").unwrap()), LoadError::Link { .. }));
}

#[test]
fn a_plugin_for_another_engine_or_contract_is_refused_with_both_versions() {
    let with = |from: &str, to: &str| PluginFile::from_bytes(with_manifest(collects(""), &MANIFEST.replace(from, to))).unwrap();
    let error = loader().load(&with(">=0.1, <0.2", ">=0.5")).unwrap_err();
    assert_eq!(error.to_string(), "plugin `test` wants the engine >=0.5, this is 0.1.0");
    let error = loader().load(&with("wit = \"0.1.0\"", "wit = \"0.9.0\"")).unwrap_err();
    assert!(matches!(error, LoadError::Contract { .. }));
}

#[test]
fn threat_7_features_that_are_off_are_refused() {
    for items in ["(memory i64 1)", "(memory 1 2 shared)", "(type (struct))", "(tag)"] {
        let component = guest(&format!(r#"{items} (func (export "collect") (result i32) (call $ok))"#));
        assert!(matches!(refused(component), LoadError::Refused { .. }), "{items}");
    }
}

#[test]
fn a_compiled_plugin_is_taken_from_the_cache_and_a_damaged_one_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("cache");
    let config =
        |compiler| LoaderConfig { compiler, cache_dir: Some(cache.clone()), engine_version: semver::Version::new(0, 1, 0) };
    let broken = Compiler::Child { executable: "/nonexistent".into(), args: Vec::new() };
    let file = PluginFile::from_bytes(with_manifest(collects(""), MANIFEST)).unwrap();
    assert!(matches!(Loader::new(config(broken.clone())).unwrap().load(&file), Err(LoadError::Compiler { .. })));
    Loader::new(config(Compiler::InThread)).unwrap().load(&file).unwrap();
    let cached = Loader::new(config(broken)).unwrap();
    cached.load(&file).unwrap();
    for entry in std::fs::read_dir(&cache).unwrap() {
        std::fs::write(entry.unwrap().path(), b"damaged").unwrap();
    }
    assert!(matches!(cached.load(&file), Err(LoadError::Compiler { .. })));
}

#[test]
fn threat_7_a_child_that_fails_or_says_nothing_is_an_error() {
    let file = PluginFile::from_bytes(with_manifest(collects(""), MANIFEST)).unwrap();
    let load_with = |program: &str, args: &[&str]| {
        let compiler = Compiler::Child { executable: program.into(), args: args.iter().map(Into::into).collect() };
        let config = LoaderConfig { compiler, cache_dir: None, engine_version: semver::Version::new(0, 1, 0) };
        Loader::new(config).unwrap().load(&file)
    };
    let error = load_with("/bin/sh", &["-c", "echo too hard >&2; exit 1"]).unwrap_err();
    assert!(matches!(&error, LoadError::Refused { reason, .. } if reason == "too hard"), "{error}");
    assert!(matches!(load_with("/bin/sh", &["-c", "exit 0"]), Err(LoadError::Refused { .. })));
    assert!(matches!(load_with("/bin/sh", &["-c", "kill -9 $$"]), Err(LoadError::Refused { .. })));
    let error =
        load_with("/bin/sh", &["-c", "test -z \"$HOME$PATH_INFO$USER\" || echo has an environment >&2; exit 1"]).unwrap_err();
    assert!(!error.to_string().contains("environment"), "{error}");
}

#[track_caller]
fn finishes(component: Vec<u8>) {
    let plugin = load(component).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let collected = runtime.block_on(live(&plugin, &Limits::default()));
    assert_eq!(collected.transcript.ended, model::Ended::Finished, "{collected:?}");
}

#[test]
fn a_guest_that_imports_files_and_sockets_of_wasi_starts_and_is_refused() {
    let component = r#"
    (import "wasi:filesystem/preopens@0.2.0" (instance $preopens (export "get-directories" (func (result (list u32))))))
    (import "wasi:sockets/instance-network@0.2.0" (instance $network
      (export "network" (type $n (sub resource))) (export "instance-network" (func (result (own $n))))))
    (import "wasi:sockets/tcp-create-socket@0.2.0" (instance $tcp
      (type $e0 (enum "unknown" "access-denied")) (export "error-code" (type $e (eq $e0)))
      (export "create" (func (result (result u32 (error $e)))))))
    (core func $dirs (canon lower (func $preopens "get-directories") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
    (core func $net (canon lower (func $network "instance-network")))
    (core func $create (canon lower (func $tcp "create") (memory (core memory $libc "memory"))))
    "#;
    let exports = r#"(export "dirs" (func $dirs)) (export "net" (func $net)) (export "create" (func $create))"#;
    let imports = r#"
    (import "beside" "dirs" (func $dirs (param i32)))
    (import "beside" "net" (func $net (result i32)))
    (import "beside" "create" (func $create (param i32)))
    "#;
    let items = r#"(func (export "collect") (result i32)
      (call $dirs (i32.const 3072)) (if (i32.load (i32.const 3076)) (then unreachable))
      (drop (call $net))
      (call $create (i32.const 3072))
      (if (i32.ne (i32.load8_u (i32.const 3072)) (i32.const 1)) (then unreachable))
      (if (i32.ne (i32.load8_u (i32.const 3076)) (i32.const 1)) (then unreachable))
      (call $ok))"#;
    finishes(guest_beside(&Beside { component, exports, imports }, items));
}

#[test]
fn threat_1_a_request_by_way_of_wasi_http_is_refused_with_an_error_code() {
    // The guest builds a request as its language's library would, and traps unless the answer is `HTTP-request-denied`.
    let component = r#"
    (import "wasi:http/types@0.2.0" (instance $types-of-http
      (export "fields" (type $fields (sub resource)))
      (export "[constructor]fields" (func (result (own $fields))))
      (export "outgoing-request" (type $request (sub resource)))
      (export "[constructor]outgoing-request" (func (param "headers" (own $fields)) (result (own $request))))
      (export "request-options" (type (sub resource)))
      (export "future-incoming-response" (type (sub resource)))
      (type $e (variant (case "DNS-timeout") (case "HTTP-request-denied") (case "internal-error" (option string))))
      (export "error-code" (type (eq $e)))))
    (alias export $types-of-http "outgoing-request" (type $request))
    (alias export $types-of-http "request-options" (type $options))
    (alias export $types-of-http "future-incoming-response" (type $response))
    (alias export $types-of-http "error-code" (type $error-code))
    (import "wasi:http/outgoing-handler@0.2.0" (instance $handler
      (alias outer 1 $request (type $q0)) (export "outgoing-request" (type $q (eq $q0)))
      (alias outer 1 $options (type $o0)) (export "request-options" (type $o (eq $o0)))
      (alias outer 1 $response (type $r0)) (export "future-incoming-response" (type $r (eq $r0)))
      (alias outer 1 $error-code (type $e0)) (export "error-code" (type $e (eq $e0)))
      (export "handle" (func (param "request" (own $q)) (param "options" (option (own $o))) (result (result (own $r) (error $e)))))))
    (core func $fields (canon lower (func $types-of-http "[constructor]fields")))
    (core func $request (canon lower (func $types-of-http "[constructor]outgoing-request")))
    (core func $handle (canon lower (func $handler "handle") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
    "#;
    let exports = r#"(export "fields" (func $fields)) (export "request" (func $request)) (export "handle" (func $handle))"#;
    let imports = r#"
    (import "beside" "fields" (func $fields (result i32)))
    (import "beside" "request" (func $request (param i32) (result i32)))
    (import "beside" "handle" (func $handle (param i32 i32 i32 i32)))
    "#;
    let items = r#"(func (export "collect") (result i32)
      (call $handle (call $request (call $fields)) (i32.const 0) (i32.const 0) (i32.const 3072))
      (if (i32.ne (i32.load8_u (i32.const 3072)) (i32.const 1)) (then unreachable))
      (if (i32.ne (i32.load8_u (i32.const 3076)) (i32.const 1)) (then unreachable))
      (call $ok))"#;
    finishes(guest_beside(&Beside { component, exports, imports }, items));
}

#[test]
fn threat_7_a_component_with_too_many_imports_is_refused() {
    let imports: Vec<String> = (0..1_001).map(|number| format!(r#"(import "f{number}" (func))"#)).collect();
    let error = PluginFile::from_bytes(wat::parse_str(format!("(component {})", imports.concat())).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "it is not a WebAssembly component: it imports more than 1000 things");
}
