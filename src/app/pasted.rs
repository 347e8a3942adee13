//! Pasted text. It may be an API key, so it is never printed, and wiped from memory after use.

use std::fmt;
use std::ops::Deref;

use secrecy::zeroize::Zeroizing;

#[derive(Clone)]
pub struct Pasted(Zeroizing<String>);

impl From<String> for Pasted {
    fn from(text: String) -> Pasted {
        Pasted(Zeroizing::new(text))
    }
}

impl From<&str> for Pasted {
    fn from(text: &str) -> Pasted {
        text.to_owned().into()
    }
}

impl Deref for Pasted {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pasted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pasted({} bytes)", self.0.len())
    }
}
