//! Statements that make one trip to the database together.
//!
//! SQLite works in a thread of its own, and every statement wakes it and is woken by it: at some hundred microseconds of the
//! processor's time, that is most of what a small statement costs.

use super::Value;

/// Statements that wait for the next trip, as one text with all their parameters.
#[derive(Default)]
pub(super) struct Later {
    sql: String,
    args: Vec<Value>,
}

impl Later {
    /// Adds a statement behind the others.
    pub(super) fn add(&mut self, sql: &str, args: Vec<Value>) {
        push_numbered(&mut self.sql, sql, self.args.len());
        self.sql.push_str("; ");
        self.args.extend(args);
    }

    /// How many parameters they have.
    pub(super) fn parameters(&self) -> usize {
        self.args.len()
    }

    /// All of them, if there are any; then there are none.
    pub(super) fn take(&mut self) -> Option<(String, Vec<Value>)> {
        let waiting = std::mem::take(self);
        (!waiting.sql.is_empty()).then_some((waiting.sql, waiting.args))
    }
}

/// Adds a statement whose parameters come behind `before` others: `?` and `$1` become `$before+1`. Texts in quotes stay.
fn push_numbered(all: &mut String, sql: &str, before: usize) {
    let mut rest = sql.chars().peekable();
    let (mut unnamed, mut is_quoted) = (0, false);
    while let Some(letter) = rest.next() {
        is_quoted ^= letter == '\'';
        match letter {
            '?' if !is_quoted => {
                unnamed += 1;
                all.push_str(&format!("${}", before + unnamed));
            }
            '$' if !is_quoted => {
                let mut number = 0;
                while let Some(digit) = rest.peek().and_then(|digit| digit.to_digit(10)) {
                    number = number * 10 + digit as usize;
                    rest.next();
                }
                debug_assert!(number > 0, "a parameter without a number in {sql}");
                all.push_str(&format!("${}", before + number));
            }
            letter => all.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_through() {
        let mut later = Later::default();
        assert!(later.take().is_none());
        later.add("INSERT INTO a VALUES (?, ?)", vec![Value::Integer(1), Value::Integer(2)]);
        later.add("UPDATE b SET c = $2, d = '$1?' WHERE e = $1", vec![Value::Integer(3), Value::Integer(4)]);
        let (sql, args) = later.take().unwrap();
        assert_eq!(sql, "INSERT INTO a VALUES ($1, $2); UPDATE b SET c = $4, d = '$1?' WHERE e = $3; ");
        assert_eq!(args.len(), 4);
        assert!(later.take().is_none());
    }
}
