package casework

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"banli/forms"
	"banli/store"
)

// newCodesFrom is when project codes changed form: the last provinces moved in December 2020 (发改投资〔2020〕1439号).
var newCodesFrom = time.Date(2020, 12, 1, 0, 0, 0, 0, time.FixedZone("CST", 8*3600))

// codeParts are what a project code is made of, all digits.
type codeParts struct {
	region   string // GB/T 2260, six digits
	guiding  string // new form: the guiding department, 04 development and reform, 07 industry
	category string // new form: 01 construction, 02 technical transformation, 03 purchase, 04 informatisation, 05 other
	industry string // old form: division of GB/T 4754, two digits
	regime   string // old form: 01 approval, 02 ratification, 03 filing
}

// partsOf takes the parts of a code from registration answers.
func partsOf(region string, answers map[string]any) codeParts {
	p := codeParts{region: region, guiding: "04", category: "05", industry: "00", regime: "04"}
	if c := text(answers, "project_category"); len(c) == 2 {
		p.category = c
	}
	if p.category == "02" {
		p.guiding = "07" // technical transformation is the industry department's (T10)
	}
	if d := strings.TrimLeft(text(answers, "industry_code"), "ABCDEFGHIJKLMNOPQRST"); len(d) >= 2 {
		p.industry = d[:2]
	}
	if t, ok := map[string]string{"APPROVAL": "01", "RATIFICATION": "02", "FILING": "03"}[text(answers, "regime")]; ok {
		p.regime = t
	}
	return p
}

// projectCode composes a code for an instant in the authority's zone: the new form YYMM-RRRRRR-DD-TT-NNNNNC
// with its MOD 11,10 digit, or before December 2020 the old one, YYYY-RRRRRR-II-TT-NNNNNN.
func projectCode(at time.Time, p codeParts, serial int) string {
	if at.Before(newCodesFrom) {
		return fmt.Sprintf("%04d-%s-%s-%s-%06d", at.Year(), p.region, p.industry, p.regime, serial%1000000)
	}
	head := fmt.Sprintf("%02d%02d-%s-%s-%s-%05d", at.Year()%100, at.Month(), p.region, p.guiding, p.category, serial%100000)
	return head + forms.NewProjectCodeDigit(strings.ReplaceAll(head, "-", ""))
}

// assignCode reserves a free code for a project. A code reserved for a registration that was never stored stays unused.
func (s *Service) assignCode(ctx context.Context, project string, at time.Time, p codeParts) (string, error) {
	codes := s.Store.Docs("codes")
	for range 100 {
		n, err := rand.Int(rand.Reader, big.NewInt(1000000))
		if err != nil {
			return "", err
		}
		code := projectCode(at, p, int(n.Int64()))
		err = codes.Insert(ctx, &store.Doc{ID: code, Index: [3]string{project}, Data: []byte(strconv.Quote(project))})
		if err == nil {
			return code, nil
		}
		if !errors.Is(err, store.ErrExists) {
			return "", fmt.Errorf("reserve project code: %w", err)
		}
	}
	return "", fmt.Errorf("no free project code found for %s in 100 attempts", p.region)
}

func text(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}
