// Package accounts knows people: who they are, which role they have in which
// department, and whether a session is theirs.
//
// Passwords are kept as argon2id hashes with their parameters, session tokens as
// their SHA-256 only. A log-in costs the same for a name that does not exist as
// for a wrong password, is throttled per account and per address, and always
// begins a new session. Sessions live in the store, so that every server knows
// them and an end is an end everywhere.
//
// It owns the log-in, registration and account pages. What a role may do to a
// case is the flows' business, what it may see is casework's.
package accounts
