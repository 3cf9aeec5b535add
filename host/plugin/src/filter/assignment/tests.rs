//! What is hidden of real files, and what is not.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(path: &str, text: &str, expected: &str) {
    let form = Form::of(path);
    let out = without_secrets(text.as_bytes(), form).unwrap_or_else(|| text.as_bytes().to_vec());
    assert_eq!(String::from_utf8(out).unwrap(), expected, "{path} as {form:?}");
}

#[track_caller]
fn stays(path: &str, text: &str) {
    check(path, text, text);
}

#[test]
fn threat_2_what_a_script_exports_does_not_come_through() {
    let path = "/etc/profile.d/proxy.sh";
    check(path, "export API_TOKEN=abc TMOUT=900; umask 077\n", "export API_TOKEN=*** TMOUT=900; umask 077\n");
    check(path, "PGPASSWORD='a b'\"c d\"e TMOUT=900\n", "PGPASSWORD=*** TMOUT=900\n");
    check(path, "DB_PASSWORD=\"two\nlines\"\nTMOUT=900\n", "DB_PASSWORD=\"***\n***\"\nTMOUT=900\n");
    check(path, "SECRET=ab\\\ncd TMOUT=9\nx\n", "SECRET=***\\\n*** TMOUT=9\nx\n");
    check(path, "TOKENS_SECRET=(a 'b c'\n d) TMOUT=9\n", "TOKENS_SECRET=***\n*** TMOUT=9\n");
    check(path, "PASSWORD=$(cat \"/run/x\") umask 027\n", "PASSWORD=*** umask 027\n");
    check(path, "#export TOKEN=\"abc\nTMOUT=9\n", "#export TOKEN=***\nTMOUT=9\n");
    check(path, "setenv API_KEY abc\nset password = (a b)\n", "setenv API_KEY ***\nset password = ***\n");
    check(path, "mysql \"--password=\"secret -e 'x'\n", "mysql \"--password=\"*** -e 'x'\n");
    check(path, "curl --token abc -H x; TMOUT=9\n", "curl --token *** -H x; TMOUT=9\n");
    check(path, "[ \"$TOKEN\" = 'abc' ] && TMOUT=9\n", "[ \"$TOKEN\" = '***' ] && TMOUT=9\n");
    stays(path, "PWD=/root; [ -z \"$TOKEN\" ] && readonly TMOUT=900; read -p 'Password: ' PASSWORD; TOKEN=\n");
}

#[test]
fn threat_2_what_the_environment_sets_does_not_come_through() {
    check("/etc/environment", "DB_PASSWORD=my long phrase\nPATH=/usr/bin\n", "DB_PASSWORD=***\nPATH=/usr/bin\n");
    check("/etc/environment", "export A_TOKEN=a b\n# old_secret = a b\r\n", "export A_TOKEN=***\n# old_secret = ***\r\n");
    let unit = "/etc/systemd/system/x.service";
    check(unit, "Environment=A_TOKEN=abc B=2 \"C_SECRET=a b\" D=4\n", "Environment=A_TOKEN=*** B=2 \"C_SECRET=***\" D=4\n");
    check(unit, "Environment=A=1 \\\n  B_TOKEN=abc C=3\n", "Environment=A=1 \\\n  B_TOKEN=*** C=3\n");
    check(
        unit,
        "ExecStart=/x --token abc --password=\"a b\" --port 1\n",
        "ExecStart=/x --token *** --password=\"***\" --port 1\n",
    );
    check(unit, "SetCredential=db:abc \\\n def\nUser=x\n", "SetCredential=***\\\n***\nUser=x\n");
    check(
        "/etc/systemd/network/wg0.netdev",
        "[WireGuard]\nPrivateKey=a=\n[M]\nKey=b\n",
        "[WireGuard]\nPrivateKey=***\n[M]\nKey=***\n",
    );
    stays(unit, "ImportCredential=agetty.*\nExecStart=/bin/systemd-tty-ask-password-agent --watch\nDynamicUser=yes\n");
}

#[test]
fn threat_2_what_logging_signs_in_with_does_not_come_through() {
    let path = "/etc/rsyslog.d/50-db.conf";
    check(
        path,
        "action(type=\"ommysql\" server=\"db\" uid=\"u\" pwd=\"a\\\"b c\" target=\"logs\")\n",
        "action(type=\"ommysql\" server=\"db\" uid=\"u\" pwd=\"***\" target=\"logs\")\n",
    );
    check(path, "action(\n  pwd=\"x\" target=\"logs\")\n", "action(\n  pwd=\"***\" target=\"logs\")\n");
    check(path, "confParam=[ \"sasl.password=x y\", \"a=b\" ]\n", "confParam=[ \"sasl.password=***\", \"a=b\" ]\n");
    check(path, "*.* :ommysql:db,Syslog,u,p,w;tpl\n", "*.* :ommysql:db,Syslog,u,***;tpl\n");
    check(path, "*.* >db,Syslog,u,p\n", "*.* >db,Syslog,u,***\n");
    stays(
        path,
        "*.* action(type=\"omfwd\" target=\"logs\" streamdriver.keyfile=\"/k\" StreamDriverMode=\"1\")\n*.* @@logs:6514\n",
    );
    let path = "/etc/syslog-ng/conf.d/x.conf";
    check(path, "sql(username(\"u\") password(\"a) b\") host(h));\n", "sql(username(\"u\") password(\"***\") host(h));\n");
    check(path, "password( secret ) tls(key-file(\"/k\"));\n", "password( *** ) tls(key-file(\"/k\"));\n");
}

#[test]
fn threat_2_what_a_mount_signs_in_with_does_not_come_through() {
    check(
        "/etc/fstab",
        "//srv/a /mnt cifs username=u,password=p;w,credentials=/srv/.c,nosuid 0 0\n",
        "//srv/a /mnt cifs username=***,password=***,credentials=***,nosuid 0 0\n",
    );
    check("/etc/fstab", "#//srv/a /m cifs pass=\"a,b\",nodev 0 0\n", "#//srv/a /m cifs pass=\"***\",nodev 0 0\n");
    check(
        "/proc/self/mountinfo",
        "3 1 0:5 / /mnt rw,nosuid - cifs //srv/a rw,vers=3.0,username=u,pass=p,uid=0\n",
        "3 1 0:5 / /mnt rw,nosuid - cifs //srv/a rw,vers=3.0,username=***,pass=***,uid=0\n",
    );
    stays(
        "/etc/fstab",
        "# <file system> <dir> <type> <options> <dump> <pass>\nUUID=1 / ext4 defaults,user=u,errors=remount-ro 0 1\n",
    );
}

#[test]
fn threat_2_keys_of_clocks_and_boot_loaders_do_not_come_through() {
    let text = "# Keys\n1 SHA256 HEX:00AA\n 2 plain\n#3 MD5 old\nstray\n10\n";
    check("/etc/chrony/chrony.keys", text, "# Keys\n1 SHA256 ***\n 2 ***\n#3 MD5 ***\n***\n10\n");
    check(
        "/etc/ntp.conf",
        "crypto host x pw abc randfile /r\nserver a key 1\n",
        "crypto host x pw *** randfile /r\nserver a key 1\n",
    );
    check("/boot/grub/grub.cfg", "set superusers=\"a\"\n  password a b c\n", "set superusers=\"a\"\n  password a ***\n");
    check("/etc/grub.d/40_custom", "password_pbkdf2 root grub.x\n", "password_pbkdf2 root ***\n");
    stays("/etc/chrony/chrony.conf", "keyfile /etc/chrony/chrony.keys\nserver a iburst key 5\n");
}

#[test]
fn threat_2_arguments_of_pam_and_sudo_do_not_come_through() {
    check(
        "/etc/pam.d/db",
        "auth required pam_mysql.so user=u passwd=p [x_secret=a b] a=1\n",
        "auth required pam_mysql.so user=u passwd=*** [x_secret=***] a=1\n",
    );
    check(
        "/etc/pam.d/otp",
        "auth required pam_yubico.so id=1 key=abc= mode=client\n",
        "auth required pam_yubico.so id=1 key=*** mode=client\n",
    );
    check(
        "/etc/sudoers.d/x",
        "a ALL=(root) NOPASSWD: /x --password=p, /y TOKEN=t, /bin/z\n",
        "a ALL=(root) NOPASSWD: /x --password=***, /y TOKEN=***, /bin/z\n",
    );
}

#[test]
fn what_rules_need_stays() {
    stays("/etc/login.defs", "PASS_MAX_DAYS\t90\nPASS_MIN_LEN 14\nENCRYPT_METHOD YESCRYPT\nUMASK 027\n");
    let pam = "password [success=1 default=ignore] pam_unix.so obscure use_authtok try_first_pass sha512 minlen=14\n\
               password requisite pam_pwquality.so retry=3\n-session optional pam_x.so authtok_type=UNIX\n";
    stays("/etc/pam.d/common-password", pam);
    stays("/etc/nsswitch.conf", "passwd: files systemd\n");
    stays("/etc/ssh/sshd_config", "PasswordAuthentication no\nPermitEmptyPasswords=no # not\nHostKey=/etc/ssh/k\nBanner=/x\n");
    let sudo = "Defaults passprompt=\"it's Password: \"\nDefaults passwd_tries=3, env_keep+=\"TOKEN\"\nCmnd_Alias PASSWD = /usr/bin/passwd : TOKEN = /bin/t\n\
                token db-secret=(root) NOPASSWD: ALL : api-token = /x\nalice \\\n  my-secret = ALL\n";
    stays("/etc/sudoers", sudo);
    stays("/etc/audit/rules.d/a.rules", "-w /etc/passwd -p wa -k identity\n-a always,exit -F key=password -k token\n");
    stays("/etc/sysctl.d/x.conf", "kernel.kptr_restrict = 2\nnet.ipv4.conf.all.accept_redirects = 0\n");
    stays("/etc/security/pwquality.conf", "minlen = 14\nbadwords = secret token\n");
    stays("/etc/crypttab", "root UUID=1 /etc/keys/root.key luks,token-timeout=30,password-echo=no\n");
    stays("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
}

fn form() -> impl Strategy<Value = Form> {
    use Form::*;
    prop::sample::select(vec![Plain, Rsyslog, Ntp, Netdev, SyslogNg, Accounts, Mounts, Shell, Grub, Pam, Sudoers, Keys])
}

/// A value, and how it is written.
fn written() -> impl Strategy<Value = String> {
    let word = "CANARY[a-zA-Z0-9!%*./@^_~-]{0,8}";
    prop_oneof![
        word.prop_map(String::from),
        word.prop_map(|it| format!("\"{it}\"")),
        word.prop_map(|it| format!("'{it}'")),
        "\"[a-z]{0,3}CANARY[a-z ;,:()#=]{0,9}\"".prop_map(String::from),
        "'[a-z]{0,3}CANARY[a-z ;,:()#=\"]{0,9}'".prop_map(String::from),
    ]
}

proptest! {
    #[test]
    fn any_bytes_keep_their_lines_and_are_filtered_but_once(bytes: Vec<u8>, form in form()) {
        stable(&bytes, form)?;
    }

    #[test]
    fn any_text_keeps_its_lines_and_is_filtered_but_once(
        text in "([a-z]{0,2}(password|token|pw|secret|crypto|setenv|:ommysql:|key)?[=:(),;'\"\\\\ \n#*>\\[\\]$`{}-]{0,3}){0,24}",
        form in form(),
    ) {
        stable(text.as_bytes(), form)?;
    }

    #[test]
    fn threat_2_no_secret_survives(
        before in "[a-zA-Z0-9 #;,:/.\n\"'\\[$]{0,20}", gap in "[ #;,\n]",
        name in "(DB_|db\\.|my-|--)?(password|PASSWD|secret|api_key|authToken|pwd)", sign in "=|:=| = |\\+=|\t=",
        value in written(), after in "[a-z ,=;\n]{0,20}", form in form(),
    ) {
        let text = format!("{before}{gap}{name}{sign}{value} {after}\n");
        // In sudoers the first name before a sign is a host.
        let text = if form == Form::Sudoers { format!("\n\na ALL=x {}", text.replace([':', '\n', '\\'], " ")) } else { text };
        let out = without_secrets(text.as_bytes(), form).unwrap_or_else(|| text.as_bytes().to_vec());
        let out = String::from_utf8_lossy(&out);
        prop_assert!(!out.contains("CANARY"), "{text:?} {out:?}");
    }

    #[test]
    fn what_stands_on_other_lines_stays(
        name in "(DB_|db\\.)?(password|secret|api_key)", value in "[a-z0-9!%]{2,8}", form in form(),
        line in "[A-Z]{1,8} [a-z0-9/.]{0,12}|[a-z]{1,6}=[a-z0-9]{0,6}|#[a-z ]{0,12}",
    ) {
        prop_assume!(!name::is_secret(line.split('=').next().unwrap().as_bytes()));
        // A line of another form than that of keys is hidden.
        let form = if form == Form::Keys { Form::Plain } else { form };
        let text = format!("{line}\nx {name}={value}\n{line}\n");
        let text = if form == Form::Sudoers { text.replace("x ", "a ALL=x ") } else { text };
        let out = without_secrets(text.as_bytes(), form).unwrap_or_else(|| text.as_bytes().to_vec());
        prop_assert_eq!(String::from_utf8(out).unwrap().replace("***", &value), text);
    }
}

fn stable(bytes: &[u8], form: Form) -> Result<(), TestCaseError> {
    let once = without_secrets(bytes, form).unwrap_or_else(|| bytes.to_vec());
    let count = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').count();
    prop_assert_eq!(count(&once), count(bytes));
    let twice = without_secrets(&once, form);
    prop_assert_eq!(twice.as_deref().map(String::from_utf8_lossy), None, "{:?}", String::from_utf8_lossy(&once));
    Ok(())
}

/// Seen not to end within 25 s when each looked through the line again.
#[test]
fn threat_4_a_line_of_names_is_gone_through_once() {
    let text = format!("{}{}", " ".repeat(1 << 20), "a=b ".repeat(1 << 18));
    assert_eq!(without_secrets(text.as_bytes(), Form::Plain), None);
    assert!(without_secrets(format!("{text}A_TOKEN=x").as_bytes(), Form::Plain).unwrap().ends_with(b"A_TOKEN=***"));
}
