//! The configuration of apt: names with values, flat or in braces.

/// Each name in full with a value, in order; names in lower case, as apt compares them.
pub(crate) fn settings(text: &str) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    let mut scopes: Vec<String> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for token in tokens(text) {
        match token {
            Token::Word(word) => words.push(word),
            Token::Open => {
                scopes.push(words.first().cloned().unwrap_or_default());
                words.clear();
            }
            Token::Close => {
                add(&mut settings, &scopes, &words);
                words.clear();
                scopes.pop();
            }
            Token::End => {
                add(&mut settings, &scopes, &words);
                words.clear();
            }
        }
    }
    settings
}

/// What stands between two ends: a name and its value, or in a list a value alone.
fn add(settings: &mut Vec<(String, String)>, scopes: &[String], words: &[String]) {
    let (name, value) = match words {
        [value] => ("", value),
        [name, value, ..] => (name.as_str(), value),
        [] => return,
    };
    if name.starts_with("#clear") {
        let full = full_name(scopes, value);
        settings.retain(|(it, _)| *it != full && !it.strip_prefix(&full).is_some_and(|rest| rest.starts_with("::")));
        return;
    }
    settings.push((full_name(scopes, name), value.clone()));
}

fn full_name(scopes: &[String], name: &str) -> String {
    let parts = scopes.iter().map(String::as_str).chain([name]);
    let full = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("::");
    full.trim_end_matches(':').to_ascii_lowercase()
}

enum Token {
    Word(String),
    Open,
    Close,
    End,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' => tokens.push(Token::Open),
            '}' => tokens.push(Token::Close),
            ';' => tokens.push(Token::End),
            '"' => tokens.push(Token::Word(chars.by_ref().take_while(|c| *c != '"').collect())),
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '/' if chars.peek() == Some(&'*') => {
                let mut before = ' ';
                for c in chars.by_ref().skip(1) {
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
            }
            '#' if !starts_directive(&mut chars) => while chars.next_if(|c| *c != '\n').is_some() {},
            c if c.is_whitespace() => {}
            c => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| !c.is_whitespace() && !matches!(c, '{' | '}' | ';' | '"')) {
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    tokens
}

/// `#clear` and `#include` are directives; any other `#` begins a comment.
fn starts_directive(chars: &mut core::iter::Peekable<core::str::Chars<'_>>) -> bool {
    let rest: String = chars.clone().take(5).collect();
    rest.starts_with("clear") || rest.starts_with("inclu")
}

/// The value of a name that has one; the last holds.
pub(crate) fn last<'a>(settings: &'a [(String, String)], name: &str) -> Option<&'a str> {
    settings.iter().rev().find(|(it, _)| *it == name.to_ascii_lowercase()).map(|(_, value)| value.as_str())
}

/// Every value of a list.
pub(crate) fn all(settings: &[(String, String)], name: &str) -> Vec<String> {
    settings.iter().filter(|(it, _)| *it == name.to_ascii_lowercase()).map(|(_, value)| value.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_names_blocks_lists_and_comments_are_read() {
        let text = "// c\nAPT::Periodic::Update-Package-Lists \"1\";\n/* x \"y\"; */\nAPT { Periodic { Unattended-Upgrade \"1\"; }; };\n# c\n\
            Unattended-Upgrade::Allowed-Origins { \"${distro_id}:${distro_codename}\"; \"${distro_id}:${distro_codename}-security\"; };\n\
            Unattended-Upgrade::Allowed-Origins:: \"more\";\n";
        let settings = settings(text);
        assert_eq!(last(&settings, "APT::Periodic::Update-Package-Lists"), Some("1"));
        assert_eq!(last(&settings, "APT::Periodic::Unattended-Upgrade"), Some("1"));
        assert_eq!(all(&settings, "Unattended-Upgrade::Allowed-Origins").len(), 3);
    }

    #[test]
    fn a_cleared_list_is_empty() {
        let settings = settings("A::B { \"x\"; };\n#clear A::B;\nA::B { \"y\"; };");
        assert_eq!(all(&settings, "a::b"), ["y"]);
    }
}
