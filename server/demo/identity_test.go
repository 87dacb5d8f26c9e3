package demo

import (
	"math/rand/v2"
	"testing"

	"banli/forms"
)

func TestIdentityCodesPassEveryCheck(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		for _, kind := range []string{"91", "11", "12"} {
			code := creditCode(r, kind)
			if fault, inner := forms.CheckUSCC(code); fault != forms.CodeOK || !inner {
				t.Fatalf("%s: %q, inner code right: %v", code, fault, inner)
			}
		}
		if id := residentID(r, "2026-01-01"); forms.CheckResidentID(id, "2026-01-01") != forms.CodeOK {
			t.Fatalf("%s is no identity number", id)
		}
	}
}

func TestVenturesHaveTheirOwners(t *testing.T) {
	for _, v := range ventures {
		owners := firmTail
		if v.owner == "office" {
			owners = offices
		}
		if owners[v.industry] == "" {
			t.Errorf("%s: nobody owns projects of industry %s", v.name, v.industry)
		}
	}
}

func TestMoney(t *testing.T) {
	for yuan, want := range map[int]string{0: "0.00", 9999: "0.99", 12_805_000: "1280.50", 100: "0.01"} {
		if got := money(yuan); got != want {
			t.Errorf("%d yuan = %s 万元, want %s", yuan, got, want)
		}
	}
}
