package admin

import (
	"testing"

	"banli/server/casework"
)

// TestOverdueFirst: of many moves those that become overdue are shown, however late they are found.
func TestOverdueFirst(t *testing.T) {
	var a answers
	a.take(casework.WhatIf{Cases: 60, Moves: make([]casework.Move, 60)})
	a.take(casework.WhatIf{Cases: 2, Moves: []casework.Move{{}, {BecomesOverdue: true}}})
	shown := a.first(movesShown)
	if len(shown) != movesShown || !shown[0].BecomesOverdue || shown[1].BecomesOverdue || a.moved != 62 || a.overdue != 1 {
		t.Errorf("%d shown, the first overdue: %v; %d moved, %d overdue", len(shown), shown[0].BecomesOverdue, a.moved, a.overdue)
	}
	if all := a.first(1000); len(all) != 62 {
		t.Errorf("%d of all", len(all))
	}
}
