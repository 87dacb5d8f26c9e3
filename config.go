package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// config is what a server needs to know, read once from flags and environment.
type config struct {
	listen    string
	store     string
	proxies   []string
	secure    bool
	official  bool
	logFormat string
	logLevel  string
}

func (c *config) flags(f *pflag.FlagSet) {
	f.StringVar(&c.listen, "listen", "127.0.0.1:8080", "address to serve on")
	storeFlag(f, &c.store)
	f.StringSliceVar(&c.proxies, "proxies", nil, "addresses or networks of proxies in front, whose X-Forwarded-For is believed")
	f.BoolVar(&c.secure, "secure", false, "browsers reach this server over TLS, if only at a proxy")
	f.BoolVar(&c.official, "official", false, "leave out the 测试 mark of a platform that assigns project codes itself")
	f.StringVar(&c.logFormat, "log-format", "text", "text or json")
	f.StringVar(&c.logLevel, "log-level", "info", "debug, info, warn or error")
}

// check reports everything that is wrong with the configuration, one line each.
func (c *config) check() error {
	var faults []error
	for _, rule := range []struct {
		bad bool
		say string
	}{
		{!isAddress(c.listen), fmt.Sprintf("--listen: found %q, expected HOST:PORT such as 127.0.0.1:8080", c.listen)},
		{storeFault(c.store) != "", "--store: " + storeFault(c.store)},
		{!slices.Contains([]string{"text", "json"}, c.logFormat), fmt.Sprintf("--log-format: found %q, expected text or json", c.logFormat)},
		{!isLevel(c.logLevel), fmt.Sprintf("--log-level: found %q, expected debug, info, warn or error", c.logLevel)},
		{slices.ContainsFunc(c.proxies, notNetwork), fmt.Sprintf("--proxies: found %q, expected addresses or networks such as 10.0.0.0/8", strings.Join(c.proxies, ","))},
	} {
		if rule.bad {
			faults = append(faults, errors.New(rule.say))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return usageError{errors.Join(faults...)}
}

// logger writes what the configuration asks for.
func (c *config) logger(out io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.logLevel)) // checked before
	opts := &slog.HandlerOptions{Level: level}
	if c.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, opts))
	}
	return slog.New(slog.NewTextHandler(out, opts))
}

// shown is the configuration without secrets.
func (c *config) shown() []any {
	return []any{
		"listen", c.listen, "store", shownStore(c.store), "proxies", strings.Join(c.proxies, ","),
		"secure", c.secure, "official", c.official,
	}
}

func isAddress(s string) bool {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	_, err = net.LookupPort("tcp", port)
	return err == nil
}

func isLevel(s string) bool {
	var l slog.Level
	return l.UnmarshalText([]byte(s)) == nil
}

func notNetwork(s string) bool {
	_, addr := netip.ParseAddr(s)
	_, prefix := netip.ParsePrefix(s)
	return addr != nil && prefix != nil
}
