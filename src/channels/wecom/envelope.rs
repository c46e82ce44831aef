//! WeCom's envelope: a signature over what is encrypted, and within it who it is for.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD};
use sha1::{Digest as _, Sha1};

use crate::channels::chat_app::{is_same, open};
use crate::channels::hex::hex;
use crate::config::{ConfigError, Secret, WecomSettings};

/// EncodingAESKey: 43 characters whose last bits may be anything.
const KEY: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// How many random bytes stand before what is said.
const RANDOM: usize = 16;

/// The platform pads to 32 bytes and not to the cipher's 16.
const LONGEST_PADDING: u8 = 32;

/// Opens envelopes.
pub struct Envelope {
    token: Secret,
    key: [u8; 32],
    corp: String,
}

impl Envelope {
    pub fn new(settings: &WecomSettings) -> Result<Self, ConfigError> {
        let key = KEY.decode(settings.aes_key.expose()).ok().and_then(|bytes| bytes.try_into().ok());
        let key = key.ok_or_else(|| ConfigError::Key {
            key: "channels.wecom.aes_key",
            message: "not an EncodingAESKey, which is 43 letters and digits; copy it from the app's page"
                .to_owned(),
        })?;
        Ok(Self::of(key, settings.token.clone(), &settings.corp_id))
    }

    /// The same with a key that is read already.
    pub fn of(key: [u8; 32], token: Secret, corp: &str) -> Self {
        Self { token, key, corp: corp.to_owned() }
    }

    /// Whether something encrypted was signed by the platform.
    pub fn is_signed(&self, signature: &str, timestamp: &str, nonce: &str, encrypted: &str) -> bool {
        let mut parts = [self.token.expose(), timestamp, nonce, encrypted];
        parts.sort_unstable();
        let hash = Sha1::digest(parts.concat());
        is_same(hex(&hash).as_bytes(), signature.as_bytes())
    }

    /// What is said in it; `None` where it can't be opened or is for somebody else.
    pub fn open(&self, encrypted: &str) -> Option<String> {
        let bytes = STANDARD.decode(encrypted).ok()?;
        let vector = self.key.first_chunk()?;
        self.said(&open(&self.key, vector, &bytes, LONGEST_PADDING)?)
    }

    /// What is said in something decrypted: random bytes, a length, what is said, and whom it is for.
    pub fn said(&self, plain: &[u8]) -> Option<String> {
        let (length, rest) = plain.get(RANDOM..)?.split_first_chunk()?;
        let (said, receiver) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        let ours = is_same(receiver, self.corp.as_bytes());
        String::from_utf8(said.to_vec()).ok().filter(|_| ours)
    }
}
