//! Requests that are signed with AWS keys: what the operator grants, the keys, the signature, and what AWS answers about them.
//!
//! Takes keys and requests and gives headers; reads errors and assumed roles out of answers. Sends nothing: `http` does.

mod answer;
mod grant;
mod keys;
mod sign;

pub(crate) use self::answer::{assumed, error_of, is_throttled, refusal, role_refusal};
pub(crate) use self::grant::AwsSigner;
pub use self::grant::{AwsAccount, AwsExternalId, AwsGrant, AwsKeySource, AwsSessionName, AwsWord, RoleArn, StsEndpoint};
pub(crate) use self::keys::Keys;
pub(crate) use self::sign::{Purpose, sign};
