package store

// The ranks of cases without a running clock: after every instant, in this order.
// Backends keep them; they never change.
const (
	RankPaused int64 = 1<<60 + iota
	RankIdle
	RankStopped
	RankClosed
)

// Rank is the sort key of legal time left: the due instant in microseconds, or one
// of the ranks after it. With WarnAt and UrgentAt it says what the lamp is: see
// [Head.Lamp].
func Rank(h *Head) int64 {
	switch {
	case !h.Open:
		return RankClosed
	case h.Paused:
		return RankPaused
	case h.Due.IsZero() && h.Stopped:
		return RankStopped
	case h.Due.IsZero():
		return RankIdle
	}
	return h.Due.UnixMicro()
}
