package accounts

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Params are what a password hash costs. They are written into each hash, so they may change at any time.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultParams are those OWASP recommends for argon2id on servers with many log-ins: 19 MiB, two passes.
var DefaultParams = Params{Memory: 19 * 1024, Time: 2, Threads: 1}

const (
	saltBytes   = 16
	keyBytes    = 32
	minPassword = 8    // characters
	maxPassword = 1024 // bytes: longer ones only cost us time
)

// hash makes the PHC string of a password: $argon2id$v=19$m=…,t=…,p=…$salt$key.
func (p Params) hash(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(password), salt, p.Time, p.Memory, p.Threads, keyBytes)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads, b64(salt), b64(key))
}

// verify compares a password with a PHC string, and tells with which parameters that was made.
func verify(phc, password string) (ok bool, p Params, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, p, fmt.Errorf("password hash: found %q, expected $argon2id$v=…$m=…,t=…,p=…$salt$key", strings.Join(parts[:min(2, len(parts))], "$"))
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, p, fmt.Errorf("password hash: found version %q, expected v=%d", parts[2], argon2.Version)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil || p.Time == 0 || p.Threads == 0 {
		return false, p, fmt.Errorf("password hash: found parameters %q, expected m=…,t=…,p=…", parts[3])
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, p, fmt.Errorf("password hash: salt: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) == 0 {
		return false, p, fmt.Errorf("password hash: key is not base64")
	}
	got := argon2.IDKey([]byte(password), salt, p.Time, p.Memory, p.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, p, nil
}

// checkPassword says what is wrong with a new password: too-short, too-long, same-as-login; empty: nothing.
func checkPassword(login, password string) string {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return "too-short"
	case len(password) > maxPassword:
		return "too-long"
	case strings.EqualFold(strings.TrimSpace(password), login):
		return "same-as-login"
	}
	return ""
}
