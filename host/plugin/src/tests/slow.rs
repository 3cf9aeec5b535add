//! A server that answers for ever, and the limit that ends it. Time is made by the test.

use core::net::SocketAddr;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A component that asks for this address once and says `ok` whatever comes back.
fn asks(url: &str) -> Vec<u8> {
    let component = r#"
    (import "engine:collector/http@0.1.0" (instance $http
      (alias outer 1 $fault (type $f0)) (export "fault" (type $f (eq $f0)))
      (type $q0 (record (field "method" string) (field "url" string) (field "headers" (list (tuple string (list u8))))
        (field "body" (list u8)) (field "credential" string) (field "options" string)))
      (export "request" (type $q (eq $q0)))
      (type $s0 (record (field "call" u64) (field "status" u16) (field "headers" (list (tuple string (list u8))))
        (field "body" (list u8)) (field "truncated" bool) (field "more" string)))
      (export "response" (type $s (eq $s0)))
      (export "send" (func (param "requests" (list $q)) (result (list (result $s (error $f))))))))
    (core func $send (canon lower (func $http "send") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
    "#;
    let exports = r#"(export "send" (func $send))"#;
    let imports = r#"(import "beside" "send" (func $send (param i32 i32 i32)))"#;
    // One request at 4096: the pointers and lengths of method and URL, and four empty fields.
    let items = format!(
        r#"(data (i32.const 4200) "GET") (data (i32.const 4300) "{url}")
        (func (export "collect") (result i32)
          (i32.store (i32.const 4096) (i32.const 4200)) (i32.store (i32.const 4100) (i32.const 3))
          (i32.store (i32.const 4104) (i32.const 4300)) (i32.store (i32.const 4108) (i32.const {}))
          (call $send (i32.const 4096) (i32.const 1) (i32.const 3072))
          (call $ok))"#,
        url.len()
    );
    guest_beside(&Beside { component, exports, imports }, &items)
}

/// Answers the first request with a byte for every second of virtual time, and counts them.
async fn drip(listener: TcpListener, dripped: Arc<AtomicU64>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await.unwrap();
    // From here on only the server makes time pass, and every byte arrives before the next second.
    tokio::time::pause();
    while stream.write_all(b"x").await.is_ok() {
        dripped.fetch_add(1, Ordering::Relaxed);
        for _ in 0..500 {
            tokio::task::yield_now().await;
        }
        tokio::time::advance(Duration::from_secs(1)).await;
    }
}

async fn collected(address: SocketAddr, limits: &Limits) -> Collected {
    let asked = "[[http]]\nhost = \"127.0.0.1\"\nmethods = [\"GET\"]\npaths = [\"/**\"]\nwhy = \"to test\"\n";
    let component = with_manifest(asks(&format!("http://{address}/")), &format!("{MANIFEST}{asked}"));
    let plugin = loader().load(&PluginFile::from_bytes(component).unwrap()).unwrap();
    let list = |text: &str| vec![text.to_owned()];
    let grant = Grant::parse(&[], &list("127.0.0.1"), &list("127.0.0.0/8"), &list(&address.to_string())).unwrap();
    let world = World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH));
    collect(&plugin, request(), &grant, limits, Source::Live(world), Arc::new(Silent)).await
}

#[track_caller]
fn check(limits: &Limits, expected_secs: u64, expected: impl FnOnce(&Collected)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let dripped = Arc::new(AtomicU64::new(0));
        let server = tokio::spawn(drip(listener, Arc::clone(&dripped)));
        let collected = collected(address, limits).await;
        server.abort();
        expected(&collected);
        // What went by before the server had the request was real time, of which there is hardly any.
        let secs = dripped.load(Ordering::Relaxed);
        assert!((expected_secs / 2..=expected_secs + 1).contains(&secs), "it ended after {secs} s, not {expected_secs} s");
    });
}

#[test]
fn threat_4_a_dripping_server_is_cut_off_by_the_wall_clock_of_the_run() {
    // Longer than every limit between two bytes, shorter than that of one request.
    let limits = Limits { wall: Duration::from_mins(1), ..Limits::default() };
    check(&limits, 60, |collected| assert_eq!(cause(collected), "wall"));
}

#[test]
fn threat_4_a_dripping_server_is_a_fault_after_the_limit_of_one_request() {
    check(&Limits::default(), 120, |collected| {
        assert_eq!(collected.transcript.ended, model::Ended::Finished);
        let answer = collected.transcript.entries[0].answer.as_ref().unwrap();
        let answer = crate::Answer::decode(answer).unwrap();
        assert!(matches!(&answer, crate::Answer::Fault(fault) if fault.code == "timeout"), "{answer:?}");
    });
}
