package forms

import "testing"

func TestCheckUSCC(t *testing.T) {
	for s, want := range map[string]struct {
		fault CodeFault
		inner bool
	}{
		"91350100M000100Y43":  {CodeOK, true}, // the standard's own example
		"11510411MB00000196":  {CodeOK, true},
		"91510411MA65ABCDX9":  {CodeOK, true},
		"12510411451000018Q":  {CodeOK, true},
		"91350100M000100Y44":  {CodeDigit, true},
		"91350100I000100Y43":  {CodeShape, false},
		"91350100O000100Y43":  {CodeShape, false},
		"91350100S000100Y43":  {CodeShape, false},
		"91350100V000100Y43":  {CodeShape, false},
		"91350100Z000100Y43":  {CodeShape, false},
		"91350100m000100Y43":  {CodeShape, false},
		"91350100M000100Y4Z":  {CodeShape, true},
		"91510411MA6":         {CodeShape, false},
		"":                    {CodeShape, false},
		"91350100M000100Y430": {CodeShape, false},
	} {
		fault, inner := CheckUSCC(s)
		if fault != want.fault || inner != want.inner {
			t.Errorf("CheckUSCC(%q) = %q, %v, want %q, %v", s, fault, inner, want.fault, want.inner)
		}
	}
}

// The second layer may fail where the first holds: old holders, told but not refused.
func TestUSCCInnerLayerAlone(t *testing.T) {
	const head = "91510411MA65ABCD"
	found := false
	for _, c := range usccAlphabet {
		for _, d := range usccAlphabet {
			fault, inner := CheckUSCC(head + string(c) + string(d))
			if fault == CodeOK && !inner {
				found = true
			}
		}
	}
	if !found {
		t.Error("no code found with a right outer and a wrong inner digit")
	}
}

func TestCheckOrgCode(t *testing.T) {
	for s, want := range map[string]CodeFault{
		"M000100Y4": CodeOK, "M000100Y5": CodeDigit, "MA65ABCDX": CodeOK, "MB0000019": CodeOK,
		"M000100Y": CodeShape, "M000100-Y4": CodeShape, "m000100Y4": CodeShape, "": CodeShape,
	} {
		if got := CheckOrgCode(s); got != want {
			t.Errorf("CheckOrgCode(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestCheckResidentID(t *testing.T) {
	for _, tt := range []struct {
		id, today string
		want      CodeFault
	}{
		{"11010519491231002X", "2026-11-23", CodeOK}, // the standard's own example
		{"110105194912310021", "2026-11-23", CodeDigit},
		{"510411190001010018", "2026-11-23", CodeOK},
		{"510411190002290015", "2026-11-23", CodeDate}, // 1900 was no leap year
		{"11010519491231002x", "2026-11-23", CodeShape},
		{"110105491231002", "2026-11-23", CodeShape},
		{"11010519491231002X", "1949-12-31", CodeOK},
		{"11010519491231002X", "1949-12-30", CodeDate},
		{"11010519491231002X", "", CodeOK},
		{"", "", CodeShape},
	} {
		if got := CheckResidentID(tt.id, tt.today); got != tt.want {
			t.Errorf("CheckResidentID(%q, %q) = %q, want %q", tt.id, tt.today, got, tt.want)
		}
	}
}

func TestCheckProjectCode(t *testing.T) {
	for s, want := range map[string]CodeFault{
		"2020-330327-48-01-167360": CodeOK, // old codes have no check digit
		"2020-451421-88-03-016343": CodeOK,
		"2015-350602-47-03-006807": CodeOK,
		"2603-141124-89-05-346948": CodeOK,
		"2411-130202-89-01-637015": CodeOK,
		"2311-330109-04-01-789813": CodeOK,
		"2509-140602-89-05-864976": CodeOK,
		"2512-510411-04-01-123456": CodeOK,
		"2105-510411-07-02-678904": CodeOK,
		"2604-510411-04-05-000011": CodeOK,
		"2512-510411-04-01-123457": CodeDigit,
		"2105-510411-07-02-678905": CodeDigit,
		"2604-510411-04-05-000010": CodeDigit,
		"2014-510411-04-05-000010": CodeDate,
		"2613-510411-04-05-000011": CodeDate,
		"2115-510411-04-05-000011": CodeDate,
		"2604510411 0405000011":    CodeShape,
		"":                         CodeShape,
	} {
		if got := CheckProjectCode(s); got != want {
			t.Errorf("CheckProjectCode(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestNewProjectCodeDigitRefusesOtherCharacters(t *testing.T) {
	if got := NewProjectCodeDigit("2604-51041104050000"); got != "" {
		t.Errorf("got %q for a string with a hyphen, want nothing", got)
	}
}
