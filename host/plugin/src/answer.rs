//! The encoding of the host's answers, as a transcript keeps them: one version byte, then the answer in postcard.
//!
//! Takes and gives [`Answer`]s. An answer that was recorded always decodes to what the guest saw.

use model::Fault;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The version of the encoding. Cases are only ever added at the end of [`Answer`].
const VERSION: u8 = 1;

/// What the host answered to one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Answer {
    /// The call could not be done.
    Fault(Fault),
    /// To `http.send`.
    Response {
        /// The status.
        status: u16,
        /// After the filters.
        headers: Vec<(String, Vec<u8>)>,
        /// After the filters.
        body: Vec<u8>,
        /// The body was cut.
        truncated: bool,
        /// JSON, or empty.
        more: String,
    },
    /// To `files.read`.
    Chunk {
        /// After the filters.
        bytes: Vec<u8>,
        /// Nothing comes after these.
        eof: bool,
        /// JSON, or empty.
        more: String,
    },
    /// To `files.read-link`.
    Link {
        /// As it is written.
        target: String,
    },
    /// To `files.entries`.
    Entries {
        /// Sorted by the bytes of their names.
        entries: Vec<Listed>,
    },
    /// To `files.stat`.
    Stat {
        /// What is known.
        entry: Listed,
    },
    /// To `run.sleep`.
    Slept,
}

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The last part of its path, escaped.
    pub name: String,
    /// In the words of the contract, such as `file`.
    pub kind: String,
    /// In bytes.
    pub size: u64,
    /// The permission bits.
    pub mode: u32,
    /// Of the owner.
    pub uid: u32,
    /// Of the group.
    pub gid: u32,
    /// Seconds since 1970 in UTC.
    pub modified_at: i64,
}

/// Bytes are not an answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a recorded answer cannot be read: {reason}")]
pub struct AnswerError {
    /// What was wrong.
    pub reason: String,
}

impl Answer {
    /// The bytes that a transcript keeps.
    ///
    /// # Errors
    /// [`AnswerError`] when memory runs out.
    pub fn encode(&self) -> Result<Vec<u8>, AnswerError> {
        postcard::to_extend(self, vec![VERSION]).map_err(|error| AnswerError { reason: error.to_string() })
    }

    /// Reads what [`Answer::encode`] gave.
    ///
    /// # Errors
    /// [`AnswerError`] when the bytes are of another version, damaged, or go on after the answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, AnswerError> {
        let wrong = |reason: &str| AnswerError { reason: reason.to_owned() };
        let (version, rest) = bytes.split_first().ok_or_else(|| wrong("it is empty"))?;
        if *version != VERSION {
            return Err(AnswerError { reason: format!("its version is {version}, this engine reads {VERSION}") });
        }
        match postcard::take_from_bytes(rest) {
            Ok((answer, [])) => Ok(answer),
            Ok(_) => Err(wrong("something follows it")),
            Err(error) => Err(AnswerError { reason: error.to_string() }),
        }
    }

    /// The bytes that a fact's `$from` counts in: the body of a response, or the bytes of a file's part.
    pub fn body(&self) -> &[u8] {
        match self {
            Self::Response { body, .. } => body,
            Self::Chunk { bytes, .. } => bytes,
            _ => &[],
        }
    }
}

/// A fault of the host.
pub(crate) fn fault(code: &str, message: impl Into<String>) -> Fault {
    let retryable = matches!(code, "timeout" | "unavailable");
    Fault { code: code.to_owned(), message: message.into(), retryable, more: String::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_answer_survives_its_encoding(status: u16, name in ".*", value: Vec<u8>, body: Vec<u8>, truncated: bool, more in ".*") {
            let answer = Answer::Response { status, headers: vec![(name, value)], body, truncated, more };
            prop_assert_eq!(Answer::decode(&answer.encode().unwrap()).unwrap(), answer);
        }

        #[test]
        fn any_bytes_give_an_answer_or_an_error(bytes: Vec<u8>) {
            let _ = Answer::decode(&bytes);
        }
    }

    #[test]
    fn an_answer_of_another_version_or_with_a_tail_is_refused() {
        let mut bytes = Answer::Slept.encode().unwrap();
        bytes.push(0);
        assert!(Answer::decode(&bytes).is_err());
        assert!(Answer::decode(&[2, 6]).is_err());
        assert!(Answer::decode(&[]).is_err());
    }
}
