package forms

import (
	"regexp"
	"strings"
	"time"
)

// CodeFault says why a code is refused; empty when it is right.
type CodeFault string

// The faults of codes.
const (
	CodeOK    CodeFault = ""
	CodeShape CodeFault = "shape" // wrong length or characters
	CodeDate  CodeFault = "date"  // holds a day or month that does not exist, or is after today
	CodeDigit CodeFault = "digit" // the check digit does not fit
)

// usccAlphabet leaves out I, O, S, V and Z; a character's value is its place.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var (
	usccWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	orgWeights  = [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	idWeights   = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

	orgShape     = regexp.MustCompile(`^[0-9A-Z]{8}[0-9X]$`)
	idShape      = regexp.MustCompile(`^[1-9]\d{16}[\dX]$`)
	mobileShape  = regexp.MustCompile(`^1[3-9]\d{9}$`)
	projectShape = regexp.MustCompile(`^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$`)
	monthShape   = regexp.MustCompile(`^[12]\d{3}-(0[1-9]|1[0-2])$`)
)

// CheckUSCC checks a unified social credit code (GB 32100-2015). innerOK is the
// second layer, the organisation code inside it (GB 11714): some old holders do
// not satisfy it, so it is only worth a warning.
func CheckUSCC(s string) (fault CodeFault, innerOK bool) {
	if len(s) != 18 {
		return CodeShape, false
	}
	sum := 0
	for i := range 17 {
		v := strings.IndexByte(usccAlphabet, s[i])
		if v < 0 {
			return CodeShape, false
		}
		sum += v * usccWeights[i]
	}
	innerOK = CheckOrgCode(s[8:17]) == CodeOK
	if strings.IndexByte(usccAlphabet, s[17]) < 0 {
		return CodeShape, innerOK
	}
	if s[17] != usccAlphabet[(31-sum%31)%31] {
		return CodeDigit, innerOK
	}
	return CodeOK, innerOK
}

// CheckOrgCode checks an organisation code of nine characters (GB 11714), without hyphen.
func CheckOrgCode(s string) CodeFault {
	if !orgShape.MatchString(s) {
		return CodeShape
	}
	sum := 0
	for i, w := range orgWeights {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
		}
		sum += v * w
	}
	if s[8] != "0123456789X"[(11-sum%11)%11] {
		return CodeDigit
	}
	return CodeOK
}

// CheckResidentID checks a citizen's identity number of 18 characters (GB 11643).
// The birthday must exist and, unless today (2006-01-02) is empty, not be later.
func CheckResidentID(s, today string) CodeFault {
	if !idShape.MatchString(s) {
		return CodeShape
	}
	born, err := time.Parse("20060102", s[6:14])
	if err != nil || today != "" && born.Format(time.DateOnly) > today {
		return CodeDate
	}
	sum := 0
	for i, w := range idWeights {
		sum += int(s[i]-'0') * w
	}
	if s[17] != "10X98765432"[sum%11] {
		return CodeDigit
	}
	return CodeOK
}

// CheckProjectCode checks a project code of either generation. Codes given until
// the end of 2020 start with the year 2015–2020 and have no check digit; later
// ones start with year and month, YYMM, and end in an ISO/IEC 7064 MOD 11,10 digit.
func CheckProjectCode(s string) CodeFault {
	if !projectShape.MatchString(s) {
		return CodeShape
	}
	switch tail := s[2:4]; {
	case "01" <= tail && tail <= "12":
		digits := strings.ReplaceAll(s, "-", "")
		if digits[19:] != NewProjectCodeDigit(digits[:19]) {
			return CodeDigit
		}
		return CodeOK
	case s[:2] == "20" && "15" <= tail && tail <= "20":
		return CodeOK
	}
	return CodeDate
}

// NewProjectCodeDigit is the check digit of a new project code's first 19 digits
// (hyphens left out), or empty when a character is no digit.
func NewProjectCodeDigit(digits19 string) string {
	p := 10
	for _, r := range digits19 {
		if r < '0' || r > '9' {
			return ""
		}
		s := (p + int(r-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = 2 * s % 11
	}
	return string(rune('0' + (11-p)%10))
}
