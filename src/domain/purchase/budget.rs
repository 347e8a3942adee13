//! Budgets: the setting `session_budget` and `--max-credits`.

use std::fmt;

use super::charge::Sums;
use crate::domain::credits::Credits;
use crate::domain::number::Thousands;

/// The next request would exceed the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverBudget {
    pub budget: Credits,
    /// What is already committed.
    pub sums: Sums,
    /// The maximum cost of the next request.
    pub next: Credits,
}

/// Checks whether a request with the maximum cost `next` fits into the budget.
///
/// # Errors
/// It does not fit.
pub fn check_budget(budget: Credits, sums: &Sums, next: Credits) -> Result<(), OverBudget> {
    if sums.committed() + next > budget {
        return Err(OverBudget { budget, sums: *sums, next });
    }
    Ok(())
}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "over the {}-credit budget: maximum cost {}", Thousands(self.budget.0), self.next.in_words())?;
        for (credits, what) in [
            (self.sums.charged, "already charged"),
            (self.sums.unknown, "possibly charged"),
            (self.sums.running, "in running requests"),
        ] {
            if credits > Credits::ZERO {
                write!(f, ", {} {what}", Thousands(credits.0))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::charge::Charge;
    use super::*;

    #[test]
    fn an_unknown_charge_counts_at_its_maximum() {
        let sums: Sums =
            [(Credits(500), Charge::Response(Credits(200))), (Credits(300), Charge::Unknown)].into_iter().collect();
        assert_eq!(check_budget(Credits(1_000), &sums, Credits(500)), Ok(()));
        let over = check_budget(Credits(1_000), &sums, Credits(501)).unwrap_err();
        assert_eq!(
            over.to_string(),
            "over the 1,000-credit budget: maximum cost 501 credits, 200 already charged, 300 possibly charged"
        );
    }
}
