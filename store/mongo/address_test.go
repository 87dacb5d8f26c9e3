package mongo_test

import (
	"log/slog"
	"strings"
	"testing"

	"banli/store/mongo"
)

// TestSecrets: whatever is wrong with an address, what is secret in it is in no text.
func TestSecrets(t *testing.T) {
	for name, tt := range map[string]struct{ uri, shown, want string }{
		"two hosts":         {"mongodb://banli:gehe1m@a:27017,b/banli?tls=perhaps", "mongodb://…@a:27017,b/banli", "perhaps"},
		"a bare percent":    {"mongodb://banli:gehe1m%@a/banli", "mongodb://…@a/banli", "percent form"},
		"a bare slash":      {"mongodb://banli:gehe1m/x@a/banli", "mongodb://…@a/banli", "percent form"},
		"a bare at":         {"mongodb://banli:gehe1m@x@a/banli", "mongodb://…@a/banli", "percent form"},
		"secret option":     {"mongodb://a:x/banli?tlsCertificateKeyFilePassword=gehe1m", "mongodb://a:x/banli", "port must be an integer"},
		"an at in options":  {"mongodb://banli:gehe1m@a:x/banli?appName=x@y", "mongodb://…@y", "percent form"},
		"two @ and options": {"mongodb://ban@li:gehe1m@a/banli?w=majority", "mongodb://…@a/banli", "percent form"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mongo.Shown(tt.uri); got != tt.shown {
				t.Errorf("shown as %s, expected %s", got, tt.shown)
			}
			_, err := mongo.Open(t.Context(), tt.uri, slog.New(slog.DiscardHandler))
			if err == nil || strings.Contains(err.Error(), "gehe1m") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, expected something about %q and no secret", err, tt.want)
			}
		})
	}
}
