package mongo

import (
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// defaultDatabase is used when the address names none.
const defaultDatabase = "banli"

// parse reads an address. Its errors hold no secret: the driver quotes what it
// cannot read, which may be a piece of the password, so what is wrong is looked
// for in the same address with another one.
func parse(uri string) (*connstring.ConnString, error) {
	named, err := connstring.ParseAndValidate(uri)
	if err == nil {
		if named.Database == "" {
			named.Database = defaultDatabase
		}
		return named, nil
	}
	begin, user, rest := split(uri)
	if user != "" {
		name, _, both := strings.Cut(user, ":")
		if name != "" {
			name = "x"
		}
		if both {
			name += ":x"
		}
		if _, err = connstring.ParseAndValidate(begin + name + "@" + rest); err == nil {
			err = errors.New("the user name or the password has a sign that must be written in its percent form, such as %40 for @, %3A for :, %2F for / and %25 for %")
		}
	}
	return nil, err
}

// Shown is an address as logs may show it: without user, password and options.
func Shown(uri string) string {
	begin, user, rest := split(uri)
	if user != "" {
		begin += "…@"
	}
	rest, _, _ = strings.Cut(rest, "?")
	return begin + rest
}

// split finds the user and password in an address. A password whose signs are not
// in percent form is taken whole: up to the last @ there is.
func split(uri string) (begin, user, rest string) {
	begin, rest = "", uri
	if i := strings.Index(uri, "://"); i >= 0 {
		begin, rest = uri[:i+3], uri[i+3:]
	}
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		user, rest = rest[:i], rest[i+1:]
	}
	return begin, user, rest
}
