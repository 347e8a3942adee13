//! The words for true and false.

use crate::domain::text::fold;

/// Which of the words `follow` and `nofollow` is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlagForm {
    Neither,
    Follow,
    Nofollow,
}

impl FlagForm {
    /// By the name of the column.
    pub(super) fn of(name: &str) -> FlagForm {
        match name {
            "Dofollow" => FlagForm::Follow,
            "Nofollow" => FlagForm::Nofollow,
            _ => FlagForm::Neither,
        }
    }

    pub(super) fn value(self, cell: &str) -> Option<bool> {
        const TRUE: [&str; 22] = [
            "yes",
            "1",
            "+",
            "x",
            "✓",
            "ja",
            "oui",
            "sí",
            "si",
            "sim",
            "tak",
            "evet",
            "כן",
            "はい", // yes
            "wahr",
            "vrai",
            "verdadero",
            "verdadeiro",
            "vero",
            "waar",
            "prawda",
            "doğru", // true
        ];
        const FALSE: [&str; 18] = [
            "no",
            "0",
            "-",
            "✗",
            "nein",
            "non",
            "não",
            "nee",
            "nie",
            "hayir",
            "לא",
            "いいえ", // no
            "falsch",
            "faux",
            "falso",
            "onwaar",
            "fałsz",
            "yanliş", // false
        ];
        // Most flags are these.
        if cell.eq_ignore_ascii_case("true") {
            return Some(true);
        }
        if cell.eq_ignore_ascii_case("false") {
            return Some(false);
        }
        let word = fold(cell);
        match (self, word.as_ref()) {
            (FlagForm::Follow | FlagForm::Nofollow, "follow" | "dofollow") => Some(self == FlagForm::Follow),
            (FlagForm::Follow | FlagForm::Nofollow, "nofollow") => Some(self == FlagForm::Nofollow),
            (_, word) if TRUE.contains(&word) => Some(true),
            (_, word) => FALSE.contains(&word).then_some(false),
        }
    }
}
