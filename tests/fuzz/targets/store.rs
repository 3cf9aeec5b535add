//! The decoders of the store, none of which may allocate beyond what the bytes can hold. The first byte chooses one.
#![no_main]

use std::sync::LazyLock;

use engine_fuzz::within;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("there is room for a pack"));

fuzz_target!(|input: &[u8]| {
    let folder = FOLDER.path();
    // An entry of a pack may say that each of its bytes stands for 32 KiB, which is what zstd can do.
    let for_each_byte = if input.first().is_some_and(|it| it % 15 == 13) { 1 << 15 } else { 1 << 10 };
    within(input, for_each_byte, || {
        if let Err(wrong) = store::decoders::decode(folder, input) {
            panic!("{wrong}");
        }
    });
});
