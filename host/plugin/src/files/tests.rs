//! Reading files: what is granted, what is not, and what never is.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::grant::Grant;
use crate::manifest::AskedFile;

/// A tree, and what is asked and granted beneath it.
struct Tree {
    directory: tempfile::TempDir,
    asked: Vec<&'static str>,
    granted: Vec<&'static str>,
}

impl Tree {
    fn new(asked: &[&'static str], granted: &[&'static str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for folder in ["etc/ssh", "etc/private", "usr/lib", "proc/self", "proc/1", "proc/sys"] {
            std::fs::create_dir_all(directory.path().join(folder)).unwrap();
        }
        Self { directory, asked: asked.to_vec(), granted: granted.to_vec() }
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        std::fs::write(self.directory.path().join(path), text).unwrap();
        self
    }

    fn link(&self, path: &str, target: &str) -> &Self {
        symlink(target, self.directory.path().join(path)).unwrap();
        self
    }

    fn files(&self, limits: &Limits) -> Files {
        self.files_at(self.directory.path(), limits)
    }

    fn files_at(&self, root: &Path, limits: &Limits) -> Files {
        let asked_file = |path: &&str| AskedFile {
            path: path.parse().unwrap(),
            why: String::new(),
            permission: Some("root".to_owned()),
            filters: Vec::new(),
        };
        let asked = self.asked.iter().map(asked_file).collect();
        let grant = Grant { files: self.granted.iter().map(|path| path.parse().unwrap()).collect(), ..Grant::default() };
        let access = Access::new(&"test".parse().unwrap(), asked, &grant);
        Files::new(root, access, Arc::default(), limits)
    }

    fn read(&self, path: &str) -> Result<String, Fault> {
        read(&self.files(&Limits::default()), path)
    }
}

fn read(files: &Files, path: &str) -> Result<String, Fault> {
    match files.answer(&FileCall::Read { path: path.to_owned(), offset: 0, length: u32::MAX }).answer {
        Answer::Chunk { bytes, .. } => Ok(String::from_utf8(bytes).unwrap()),
        Answer::Fault(fault) => Err(fault),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn denied(answer: Result<String, Fault>, says: &str) {
    let fault = answer.unwrap_err();
    assert!(fault.code == "denied" && fault.message.contains(says), "{fault:?}");
}

#[test]
fn what_is_asked_and_granted_is_read_in_parts_of_one_snapshot() {
    let tree = Tree::new(&["/etc/**"], &["/etc/**"]);
    tree.write("etc/a", "0123456789");
    let files = tree.files(&Limits::default());
    let part = |offset, length| match files.answer(&FileCall::Read { path: "/etc/a".to_owned(), offset, length }).answer {
        Answer::Chunk { bytes, eof, .. } => (String::from_utf8(bytes).unwrap(), eof),
        other => panic!("{other:?}"),
    };
    assert_eq!(part(0, 4), ("0123".to_owned(), false));
    tree.write("etc/a", "changed");
    assert_eq!(part(4, 100), ("456789".to_owned(), true));
    assert_eq!(part(u64::MAX, 1), (String::new(), true));
}

#[test]
fn what_was_never_asked_and_what_is_not_granted_are_told_apart() {
    let tree = Tree::new(&["/etc/**"], &["/etc/ssh/**"]);
    tree.write("etc/a", "a").write("etc/ssh/b", "b");
    assert_eq!(tree.read("/etc/ssh/b").unwrap(), "b");
    denied(tree.read("/etc/a"), "add `\"/etc/a\"` to `files` of `[collector.test.grant]`");
    denied(tree.read("/usr/lib/x"), "not among the `files` that the plugin's manifest asks for");
    assert_eq!(tree.read("/etc/ssh/none").unwrap_err().code, "not-found");
}

#[test]
fn threat_8_dots_and_relative_paths_are_refused() {
    let tree = Tree::new(&["/etc/**"], &["/etc/**"]);
    for path in ["/etc/../usr/lib/x", "etc/a", "/etc/%2e%2e/usr", "", "/etc/a%00"] {
        assert_eq!(tree.read(path).unwrap_err().code, "invalid", "{path}");
    }
}

/// Seen to fail with paths resolved outside the root and what they resolve to unchecked.
#[test]
fn threat_8_a_symbolic_link_is_followed_only_to_what_is_granted_and_never_out() {
    let tree = Tree::new(
        &["/etc/**", "/usr/lib/ok"],
        &["/etc/ssh/**", "/etc/link", "/etc/out", "/etc/up", "/etc/secret", "/usr/lib/ok"],
    );
    tree.write("etc/ssh/b", "b").write("usr/lib/ok", "ok").write("etc/private/key", "key");
    tree.link("etc/link", "/usr/lib/ok")
        .link("etc/secret", "private/key")
        .link("etc/up", "../../../../../../etc/ssh/b")
        .link("etc/out", "/outside");
    assert_eq!(tree.read("/etc/link").unwrap(), "ok", "an absolute link stays beneath the root");
    assert_eq!(tree.read("/etc/up").unwrap(), "b", "dots cannot climb above the root");
    denied(tree.read("/etc/secret"), "`/etc/secret` leads to `/etc/private/key`, which is not granted");
    assert_eq!(tree.read("/etc/out").unwrap_err().code, "not-found");
    tree.link("etc/ssh/folder", "/etc/private");
    denied(tree.read("/etc/ssh/folder/key"), "leads to `/etc/private/key`");
}

/// Seen to fail with paths resolved outside the root and what they resolve to unchecked.
#[test]
fn threat_8_a_link_that_is_swapped_after_the_first_read_changes_nothing() {
    let tree = Tree::new(&["/etc/**"], &["/etc/a", "/etc/ssh/b"]);
    tree.write("etc/ssh/b", "b").write("etc/private/key", "key").link("etc/a", "ssh/b");
    let files = tree.files(&Limits::default());
    assert_eq!(read(&files, "/etc/a").unwrap(), "b");
    std::fs::remove_file(tree.directory.path().join("etc/a")).unwrap();
    tree.link("etc/a", "private/key");
    assert_eq!(read(&files, "/etc/a").unwrap(), "b");
    denied(tree.read("/etc/a"), "leads to `/etc/private/key`");
}

/// Exchanges pairs of names beneath a folder, again and again, until it is dropped.
struct Swapper {
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<u64>>,
}

impl Swapper {
    fn start(root: &Path, pairs: &[(&str, &str)]) -> Self {
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (root.join(a), root.join(b))).collect();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut swaps = 0;
            while !stopped.load(Ordering::Relaxed) {
                for (a, b) in &pairs {
                    rustix::fs::renameat_with(rustix::fs::CWD, a, rustix::fs::CWD, b, rustix::fs::RenameFlags::EXCHANGE).unwrap();
                    swaps += 1;
                }
            }
            swaps
        });
        Self { stop, thread: Some(thread) }
    }

    fn stop(mut self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Swapper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Seen to fail with paths resolved outside the root and what they resolve to unchecked.
#[test]
fn threat_8_files_links_and_folders_that_are_swapped_while_they_are_read_give_nothing_that_is_not_granted() {
    const OPEN: [&str; 3] = ["/etc/link", "/etc/plain", "/etc/folder/file"];
    let tree = Tree::new(&["/etc/**"], &["/etc/link", "/etc/plain", "/etc/folder/*", "/etc/ssh/**"]);
    for folder in ["etc/folder", "etc/private/folder"] {
        std::fs::create_dir(tree.directory.path().join(folder)).unwrap();
    }
    tree.write("etc/ssh/b", "granted").write("etc/private/key", "SECRET");
    tree.link("etc/link", "ssh/b").link("etc/private/link", "private/key");
    tree.write("etc/plain", "granted").link("etc/private/plain", "/etc/private/key");
    tree.write("etc/folder/file", "granted").link("etc/private/away", "/etc/private");
    tree.write("etc/private/file", "SECRET");
    let pairs = [("etc/link", "etc/private/link"), ("etc/plain", "etc/private/plain"), ("etc/folder", "etc/private/away")];
    let count = figures::times(3_000, 300_000);
    let swapper = Swapper::start(tree.directory.path(), &pairs);
    let mut found = std::collections::BTreeMap::<String, u64>::new();
    for turn in 0..count {
        let path = OPEN[usize::try_from(turn % 3).unwrap()];
        let outcome = tree.read(path).unwrap_or_else(|fault| fault.code);
        *found.entry(outcome).or_default() += 1;
    }
    let swaps = swapper.stop();
    let known = ["granted", "denied", "not-found", "io", "invalid"];
    assert!(found.keys().all(|outcome| known.contains(&outcome.as_str())), "{found:?}");
    assert!(swaps > 0 && found.contains_key("granted"), "{swaps} swaps, {found:?}");
}

/// Seen to fail with `is_never` and the rules of procfs off and magic links followed.
#[test]
fn threat_8_a_name_that_leads_to_what_a_process_holds_opens_nothing() {
    let paths = [
        "/dev/fd/0",
        "/dev/stdin",
        "/proc/self/fd/0",
        "/proc/self/exe",
        "/proc/self/cwd/Cargo.toml",
        "/proc/self/root/etc/passwd",
        "/proc/self/mem",
        "/proc/self/maps",
        "/proc/self/environ",
        "/proc/self/cmdline",
        "/proc/thread-self/environ",
        "/proc/1/environ",
        "/proc/1/root/etc/passwd",
        "/proc/kcore",
        "/proc/kmsg",
    ];
    // Each is asked and granted exactly, and everything is as a whole.
    let everything: Vec<&'static str> = paths.into_iter().chain(["/**"]).collect();
    let tree = Tree::new(&everything, &everything);
    let files = tree.files_at(Path::new("/"), &Limits::default());
    for path in paths {
        assert!(read(&files, path).is_err(), "{path} was read");
        let link = files.answer(&FileCall::ReadLink { path: path.to_owned() }).answer;
        let leads_on = path.starts_with("/dev/");
        assert!(leads_on || matches!(link, Answer::Fault(_)), "{path}: {link:?}");
        if !leads_on {
            let stat = files.answer(&FileCall::Stat { path: path.to_owned() }).answer;
            assert!(matches!(stat, Answer::Fault(_)), "{path}: {stat:?}");
        }
    }
    for path in ["/proc/self/fd", "/proc/self/task", "/proc/self/map_files", "/dev/fd", "/sys", "/sys/kernel"] {
        let listed = files.answer(&FileCall::Entries { path: path.to_owned() }).answer;
        assert!(matches!(listed, Answer::Fault(_)), "{path}: {listed:?}");
    }
}

/// Seen to fail with `must_be` off.
#[test]
fn threat_8_sockets_and_devices_are_not_opened() {
    let tree = Tree::new(&["/**"], &["/**"]);
    let _listening = std::os::unix::net::UnixListener::bind(tree.directory.path().join("etc/socket")).unwrap();
    assert_eq!(tree.read("/etc/socket").unwrap_err().code, "invalid");
    let files = tree.files_at(Path::new("/"), &Limits::default());
    for path in ["/dev/zero", "/dev/full", "/dev/random", "/dev/tty", "/dev/null"] {
        let fault = read(&files, path).unwrap_err();
        assert!(matches!(fault.code.as_str(), "invalid" | "not-found"), "{path}: {fault:?}");
    }
}

/// Seen to fail with the limits of `snapshot` off.
#[test]
fn threat_3_a_file_that_is_huge_or_grows_is_read_no_further_than_its_limit() {
    let tree = Tree::new(&["/etc/**"], &["/etc/**"]);
    tree.write("etc/huge", "");
    std::fs::File::options().write(true).open(tree.directory.path().join("etc/huge")).unwrap().set_len(1 << 40).unwrap();
    let fault = read(&tree.files(&Limits { file: 1 << 16, ..Limits::default() }), "/etc/huge").unwrap_err();
    assert_eq!(fault.code, "too-large");
}

/// Seen to fail with `must_be` off.
#[test]
fn threat_8_only_regular_files_are_read_and_a_fifo_does_not_block() {
    let tree = Tree::new(&["/**"], &["/**"]);
    rustix::fs::mknodat(rustix::fs::CWD, tree.directory.path().join("etc/fifo"), FileType::Fifo, 0o600.into(), 0).unwrap();
    for path in ["/etc/fifo", "/etc/ssh"] {
        assert_eq!(tree.read(path).unwrap_err().code, "invalid", "{path}");
    }
    let host = Tree::new(&["/dev/zero", "/dev/null"], &["/dev/**"]);
    let files = host.files_at(Path::new("/"), &Limits::default());
    assert_eq!(read(&files, "/dev/zero").unwrap_err().code, "invalid");
}

/// Seen to fail with `is_never` and the rules of procfs off and magic links followed.
#[test]
fn threat_8_procfs_is_read_by_exact_paths_only_and_never_what_a_process_holds() {
    let asked = [
        "/proc/sys/kernel/ostype",
        "/proc/self/environ",
        "/proc/1/**",
        "/proc/self/mounts",
        "/proc/mounts",
        "/proc/**",
        "/proc/self/fd/0",
    ];
    let tree = Tree::new(
        &asked,
        &["/**", "/proc/sys/kernel/ostype", "/proc/self/environ", "/proc/self/mounts", "/proc/mounts", "/proc/self/fd/0"],
    );
    let files = tree.files_at(Path::new("/"), &Limits::default());
    assert_eq!(read(&files, "/proc/sys/kernel/ostype").unwrap(), "Linux\n");
    assert!(read(&files, "/proc/mounts").unwrap().contains(" / "), "it leads to /proc/self/mounts");
    denied(read(&files, "/proc/self/environ"), "never given");
    denied(read(&files, "/proc/self/fd/0"), "never given");
    denied(read(&files, "/proc/version"), "not among the `files`");
    denied(read(&files, &format!("/proc/{}/environ", std::process::id())), "never given");
    let mounted = Tree::new(&["/proc/version"], &["/**"]);
    denied(read(&mounted.files_at(Path::new("/"), &Limits::default()), "/proc/version"), "not granted");
    tree.write("proc/self/environ", "SECRET=1").write("proc/sys/x", "x");
    denied(tree.read("/proc/self/environ"), "never given");
    denied(tree.read("/proc/sys/x"), "not among");
}

/// Seen to fail with the filters of files off.
#[test]
fn threat_2_hashes_and_keys_do_not_come_through_whatever_they_are_called() {
    let tree = Tree::new(&["/etc/**"], &["/etc/**"]);
    tree.write("etc/shadow", "root:$6$CANARY$CANARY:1::::::\n")
        .write("etc/ssh/key", "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n");
    std::fs::hard_link(tree.directory.path().join("etc/shadow"), tree.directory.path().join("etc/innocent")).unwrap();
    tree.link("etc/other", "shadow");
    for path in ["/etc/shadow", "/etc/innocent", "/etc/other"] {
        assert_eq!(tree.read(path).unwrap(), "root:sha512crypt:1::::::\n", "{path}");
    }
    assert_eq!(tree.read("/etc/ssh/key").unwrap(), "-----BEGIN PRIVATE KEY-----\n");
}

/// Seen to fail with the limits of `snapshot` off.
#[test]
fn threat_3_a_file_or_a_run_that_is_too_large_is_a_fault() {
    let tree = Tree::new(&["/etc/**"], &["/etc/**"]);
    tree.write("etc/a", "0123456789").write("etc/b", "0123456789").write("etc/c", "01234567890");
    let files = tree.files(&Limits { file: 10, files: 15, ..Limits::default() });
    assert_eq!(read(&files, "/etc/c").unwrap_err().code, "too-large");
    assert!(read(&files, "/etc/a").is_ok());
    assert_eq!(read(&files, "/etc/b").unwrap_err().code, "too-large");
    assert!(read(&files, "/etc/a").is_ok(), "what was read stays");
    let files = tree.files(&Limits { entries: 2, ..Limits::default() });
    let answer = files.answer(&FileCall::Entries { path: "/etc".to_owned() }).answer;
    assert!(matches!(answer, Answer::Fault(fault) if fault.code == "too-large"));
}

#[test]
fn a_listing_that_would_leave_out_what_is_asked_for_is_denied() {
    let mut tree = Tree::new(&["/etc/ssh/**"], &["/etc/ssh/a*"]);
    tree.write("etc/ssh/a", "a").write("etc/ssh/hidden", "h");
    let list = |tree: &Tree| tree.files(&Limits::default()).answer(&FileCall::Entries { path: "/etc/ssh".to_owned() }).answer;
    let Answer::Fault(fault) = list(&tree) else { panic!("a listing that is not whole was given") };
    assert_eq!(fault.code, "denied");
    assert!(fault.message.contains("\"/etc/ssh/**\""), "{}", fault.message);
    // A directory that is granted by its own name shows every name in it; reading what is not granted is denied then.
    tree.granted = vec!["/etc/ssh"];
    assert!(matches!(list(&tree), Answer::Entries { entries } if entries.len() == 2));
    assert_eq!(tree.read("/etc/ssh/hidden").unwrap_err().code, "denied");
}

#[test]
fn a_denied_listing_names_lines_that_are_enough_for_what_is_in_the_directory() {
    #[track_caller]
    fn check(asked: &[&'static str], granted: &[&'static str], lines: &[&'static str]) {
        let mut tree = Tree::new(asked, granted);
        std::fs::create_dir_all(tree.directory.path().join("var/lib/backups")).unwrap();
        tree.write("var/lib/backups/a", "a").write("var/lib/backups/b", "b");
        let list = |tree: &Tree| {
            let call = FileCall::Entries { path: "/var/lib/backups".to_owned() };
            tree.files(&Limits::default()).answer(&call).answer
        };
        let Answer::Fault(fault) = list(&tree) else { panic!("it was listed") };
        let named: Vec<&str> = fault.message.split('"').skip(1).step_by(2).collect();
        assert!(fault.code == "denied" && named == lines, "{fault:?}");
        tree.granted.extend(lines);
        assert!(matches!(list(&tree), Answer::Entries { entries } if entries.len() == 2), "it is listed then");
        assert_eq!(tree.read("/var/lib/backups/b").unwrap(), "b", "and read");
    }
    const FILES: &str = "/var/lib/backups/*";
    check(&[FILES], &[], &[FILES]);
    check(&["/var/lib/backups", FILES], &[], &["/var/lib/backups", FILES]);
    check(&["/var/lib/backups", FILES], &["/var/lib/backups/a"], &["/var/lib/backups", FILES]);
    check(&["/var/lib/**"], &[], &["/var/lib/backups/**"]);
    check(&["/var/lib/**"], &["/var/lib/backups/a"], &["/var/lib/backups/**"]);
    check(&["/**"], &[], &["/var/lib/backups/**"]);
    check(&["/var/*/backups/**", "/var/lib/other/*"], &[], &["/var/lib/backups/**"]);
}

#[test]
fn a_denied_look_at_a_file_names_the_file_and_at_a_directory_what_is_in_it() {
    let tree = Tree::new(&["/etc/ssh/*", "/etc/deep/**"], &[]);
    let look = |path: &str| match tree.files(&Limits::default()).answer(&FileCall::Stat { path: path.to_owned() }).answer {
        Answer::Fault(fault) => fault.message.split('"').nth(1).unwrap().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(look("/etc/ssh/sshd_config"), "/etc/ssh/sshd_config");
    assert_eq!(look("/etc/deep/x"), "/etc/deep/x");
    assert_eq!((look("/etc/ssh"), look("/etc/deep")), ("/etc/ssh/*".to_owned(), "/etc/deep/**".to_owned()));
}

#[test]
fn a_listing_by_way_of_a_link_leaves_out_nothing_that_is_asked_for_either() {
    let mut tree = Tree::new(&["/lib/x/**", "/usr/lib/x/a*"], &["/**"]);
    std::fs::create_dir_all(tree.directory.path().join("usr/lib/x")).unwrap();
    tree.write("usr/lib/x/a", "a").write("usr/lib/x/hidden", "h").link("lib", "usr/lib");
    let list =
        |tree: &Tree, path: &str| tree.files(&Limits::default()).answer(&FileCall::Entries { path: path.to_owned() }).answer;
    let Answer::Fault(fault) = list(&tree, "/lib/x") else { panic!("a listing that is not whole was given") };
    assert!(fault.code == "denied" && fault.message.contains("leads to `/usr/lib/x` and `hidden`"), "{fault:?}");
    assert!(matches!(list(&tree, "/usr/lib/x"), Answer::Entries { entries } if entries.len() == 1), "that was all it asked for");
    tree.asked = vec!["/lib/x/**", "/usr/lib/x/**"];
    assert!(matches!(list(&tree, "/lib/x"), Answer::Entries { entries } if entries.len() == 2));
}

#[test]
fn threat_8_a_directory_of_sysfs_is_listed_by_its_exact_name_only() {
    const SLAVES: &str = "/sys/devices/virtual/block/dm-0/slaves";
    let list = |asked: &'static str, granted: &'static str| {
        let tree = Tree::new(&[asked], &[granted]);
        let folder = tree.directory.path().join("sys/devices/virtual/block/dm-0/slaves");
        std::fs::create_dir_all(&folder).unwrap();
        symlink("../../../../pci0/block/sda/sda3", folder.join("sda3")).unwrap();
        let files = tree.files(&Limits::default());
        let names = match files.answer(&FileCall::Entries { path: SLAVES.to_owned() }).answer {
            Answer::Entries { entries } => {
                Ok(entries.into_iter().map(|entry| format!("{} {}", entry.kind, entry.name)).collect())
            }
            Answer::Fault(fault) => Err(fault),
            other => panic!("{other:?}"),
        };
        // A name that is seen opens nothing.
        denied(read(&files, &format!("{SLAVES}/sda3")), "");
        names.map(|names: Vec<String>| names.join(", "))
    };
    assert_eq!(list(SLAVES, SLAVES).unwrap(), "symlink sda3");
    denied(list(SLAVES, "/sys/**"), "add `\"/sys/devices/virtual/block/dm-0/slaves\"` to `files`");
    denied(list("/sys/**", SLAVES), "not among the `files`");
}

/// Seen to fail with the filters of files off.
#[test]
fn threat_2_credentials_of_package_sources_do_not_come_through_by_any_name() {
    let tree = Tree::new(&["/etc/**"], &["/etc/**"]);
    std::fs::create_dir_all(tree.directory.path().join("etc/apt")).unwrap();
    tree.write("etc/apt/sources.list", "deb https://me:CANARY@host.example/ stable main\n")
        .write("etc/apt/auth.conf", "machine host.example login me password CANARY\n");
    for (path, name) in [("etc/apt/sources.list", "etc/list"), ("etc/apt/auth.conf", "etc/auth")] {
        std::fs::hard_link(tree.directory.path().join(path), tree.directory.path().join(name)).unwrap();
    }
    tree.link("etc/other", "apt/sources.list");
    for path in ["/etc/apt/sources.list", "/etc/list", "/etc/other"] {
        assert_eq!(tree.read(path).unwrap(), "deb https://***@host.example/ stable main\n", "{path}");
    }
    for path in ["/etc/apt/auth.conf", "/etc/auth"] {
        assert_eq!(tree.read(path).unwrap(), "machine host.example login *** password ***\n", "{path}");
    }
}

/// Seen to fail with the filters of files off.
#[test]
fn threat_2_what_a_name_says_is_a_secret_does_not_come_through_by_any_name() {
    let tree = Tree::new(&["/etc/**", "/proc/self/mountinfo"], &["/etc/**", "/proc/self/mountinfo"]);
    std::fs::create_dir_all(tree.directory.path().join("etc/chrony")).unwrap();
    tree.write("etc/chrony/chrony.keys", "1 MD5 CANARY\n")
        .write("etc/crontab", "A_TOKEN=CANARY\n* * * * * root /x --password CANARY\n")
        .write("proc/self/mountinfo", "1 0 0:1 / / rw - cifs //a/b rw,password=CANARY,uid=0\n");
    std::fs::hard_link(tree.directory.path().join("etc/chrony/chrony.keys"), tree.directory.path().join("etc/keys")).unwrap();
    tree.link("etc/other", "chrony/chrony.keys");
    for path in ["/etc/chrony/chrony.keys", "/etc/keys", "/etc/other"] {
        assert_eq!(tree.read(path).unwrap(), "1 MD5 ***\n", "{path}");
    }
    assert_eq!(tree.read("/etc/crontab").unwrap(), "A_TOKEN=***\n* * * * * root /x --password ***\n");
    assert_eq!(tree.read("/proc/self/mountinfo").unwrap(), "1 0 0:1 / / rw - cifs //a/b rw,password=***,uid=0\n");
}

#[test]
fn offsets_are_those_of_what_is_given() {
    let tree = Tree::new(&["/etc/a"], &["/etc/a"]);
    tree.write("etc/a", "TOKEN=a-long-secret\nKEPT=1\n");
    let files = tree.files(&Limits::default());
    let read = |offset, length| match files.answer(&FileCall::Read { path: "/etc/a".to_owned(), offset, length }).answer {
        Answer::Chunk { bytes, eof, more } => (String::from_utf8(bytes).unwrap(), eof, more),
        other => panic!("{other:?}"),
    };
    let more = r#"{"filters":["assignment/1"],"size":17}"#.to_owned();
    assert_eq!(read(10, 4), ("KEPT".to_owned(), false, more.clone()));
    assert_eq!(read(14, 100), ("=1\n".to_owned(), true, more));
}

#[test]
fn a_listing_is_sorted_by_bytes_escaped_and_shows_only_what_is_asked_for() {
    let tree = Tree::new(&["/etc/ssh/*.conf", "/etc/ssh/deep/x"], &["/etc/ssh/*.conf", "/etc/ssh/deep/x"]);
    tree.write("etc/ssh/b.conf", "b").write("etc/ssh/a%.conf", "a").write("etc/ssh/hidden", "h");
    std::fs::create_dir(tree.directory.path().join("etc/ssh/deep")).unwrap();
    std::fs::write(tree.directory.path().join("etc/ssh").join(std::ffi::OsStr::from_bytes(b"\xff.conf")), "f").unwrap();
    let files = tree.files(&Limits::default());
    let Answer::Entries { entries } = files.answer(&FileCall::Entries { path: "/etc/ssh".to_owned() }).answer else { panic!() };
    let names: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.kind.as_str())).collect();
    assert_eq!(names, [("a%25.conf", "file"), ("b.conf", "file"), ("deep", "directory"), ("%FF.conf", "file")]);
    assert_eq!(read(&files, "/etc/ssh/%FF.conf").unwrap(), "f");
    assert_eq!(read(&files, "/etc/ssh/a%25.conf").unwrap(), "a");
    let listing = files.answer(&FileCall::Entries { path: "/usr".to_owned() }).answer;
    assert!(matches!(listing, Answer::Fault(fault) if fault.code == "denied"));
}

#[test]
fn attributes_are_of_a_link_itself_and_its_target_is_given_as_written() {
    let tree = Tree::new(&["/etc/**"], &["/etc/**"]);
    tree.link("etc/link", "/usr/lib/elsewhere").write("etc/a", "12345");
    let files = tree.files(&Limits::default());
    let Answer::Stat { entry } = files.answer(&FileCall::Stat { path: "/etc/link".to_owned() }).answer else { panic!() };
    assert_eq!((entry.name.as_str(), entry.kind.as_str()), ("link", "symlink"));
    let answer = files.answer(&FileCall::ReadLink { path: "/etc/link".to_owned() }).answer;
    assert_eq!(answer, Answer::Link { target: "/usr/lib/elsewhere".to_owned() });
    let Answer::Stat { entry } = files.answer(&FileCall::Stat { path: "/etc/a".to_owned() }).answer else { panic!() };
    assert_eq!((entry.size, entry.kind.as_str()), (5, "file"));
}
