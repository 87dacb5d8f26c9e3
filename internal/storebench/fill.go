package storebench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"banli/store"
	"banli/store/sqlite"
)

// The district that is made up: nothing in it repeats more than it would there.
var (
	departments = []string{"FG", "GT", "GH", "ZJ", "HB", "SW", "LY", "NY", "JT", "WL", "JY", "WJ", "YJ", "XF", "RF", "QX", "DL", "GA", "CG"}
	items       = []string{"GT01", "GH01", "GH02", "GH03", "ZJ01", "ZJ02", "HB01", "SW01", "SW02", "LY01", "JT01", "XF01", "RF01", "QX01"}
	states      = []string{"pre_review", "intake", "correction", "accepted"}
	acts        = []string{"pass_pre_review", "issue_correction", "supplement", "accept", "request_extension", "open_extension", "close_extension", "open_wait", "close_wait", "grant", "deliver"}
	roles       = []string{"dept_window", "handler", "dept_leader", "owner"}
	places      = []string{"大河中路", "攀枝花大道南段", "宝兴南街", "弯庄", "总发乡立新村", "布德镇新桥村", "前进镇普达村", "平地镇迤沙拉村", "南山循环经济发展区", "橄榄坪园区"}
	works       = []string{"道路改造及雨污管网", "中学教学楼扩建", "钒钛制品深加工生产线", "光伏提水灌溉", "农贸市场提升改造", "康养度假中心", "冷链物流仓储", "污水处理厂二期", "标准厂房", "芒果加工及仓储"}
	firms       = []string{"城市建设投资经营有限公司", "水务投资有限公司", "钒钛科技有限责任公司", "农业开发有限公司", "教育和体育局", "交通运输局", "新能源开发有限公司"}
	people      = []string{"沙马依洛", "王德明", "李晓燕", "罗华", "阿什拉且", "张志远", "陈秀英", "周国强", "何琳", "蒋光福"}
	reasons     = []string{"总平面图缺少红线坐标，请补充并加盖注册章", "环境影响报告表结论部分与附图不一致", "用地预审意见已超过有效期，需重新出具", "节能登记表能耗数据与可行性研究报告不符", "施工图审查合格书编号有误"}
)

// began is when the first cases were opened: by now there is as much over as there is to come.
var began = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -300)

// made makes case number i with its events: twenty on average.
func made(i int, open bool) *store.Case {
	r := rand.New(rand.NewPCG(7, uint64(i)))
	project := letters(rand.New(rand.NewPCG(8, uint64(i/5))), 26)
	title := pick(r, places) + pick(r, works) + fmt.Sprintf("项目（%d 期）", 1+r.IntN(3))
	owner := "攀枝花市" + pick(r, firms)
	at := began.Add(time.Duration(r.IntN(300*24*3600)) * time.Second)
	c := &store.Case{Head: store.Head{
		ID: letters(r, 26), Project: project, Flow: "permit", Item: pick(r, items), Department: pick(r, departments),
		Code: fmt.Sprintf("26%02d-510411-04-01-%06d", 1+r.IntN(12), i/5), Title: title, OwnerName: owner, Owner: letters(r, 26),
		State: pick(r, states), Open: open, OpenedAt: at,
	}}
	c.Key = project + "/permit/" + c.Item + "/" + fmt.Sprint(i)
	n := 12 + r.IntN(17)
	who := []string{c.Owner, letters(r, 26), letters(r, 26), letters(r, 26)}
	for seq := 1; seq <= n; seq++ {
		at = at.Add(time.Duration(600+r.IntN(40*3600)) * time.Second)
		c.Events = append(c.Events, happened(r, seq, at, c.Department, pick(r, who)))
	}
	c.UpdatedAt = at
	if open {
		due := began.Add(300*24*time.Hour + time.Duration(r.IntN(40*24*3600)-10*24*3600)*time.Second)
		timed(&c.Head, due)
	} else {
		c.State, c.ClosedAt, c.Stopped = "delivered", at, true
	}
	c.Pins = asJSON(map[string]any{"catalogue": hash(r)[:16], "item": hash(r)[:16] + "/" + c.Item + "@" + hash(r)[:12]})
	c.Body = bodyOf(r, title, owner, c.OpenedAt)
	c.Folded = foldedOf(r, c, who)
	return c
}

// timed sets a case's clock. What it does by itself is far away: the worker is not to find it.
func timed(h *store.Head, due time.Time) {
	h.Clock, h.Due, h.WarnAt, h.UrgentAt, h.NextDue = "promised", due, due.Add(-72*time.Hour), due.Add(-24*time.Hour), due.AddDate(50, 0, 0)
}

// happened is an event as permits have them: three in ten are the clock's or another
// case's, and of what people do, a third says something in words.
func happened(r *rand.Rand, seq int, at time.Time, department, user string) store.Event {
	do, role := pick(r, acts), pick(r, roles)
	data := map[string]any{"seq": seq, "do": do, "effective_at": at.Format(time.RFC3339), "recorded_at": at.Format(time.RFC3339)}
	e := store.Event{Do: do, At: at, RecordedAt: at, By: role, User: user, Department: department}
	switch r.IntN(10) {
	case 0, 1, 2:
		e.By, e.User, e.Department = "clock", "", ""
		data["by"] = map[string]any{"role": e.By}
	case 3:
		data["input"] = map[string]any{"reason": pick(r, reasons), "items": []string{pick(r, works)}}
	case 4, 5:
		data["input"] = map[string]any{"days": 1 + r.IntN(60), "basis": pick(r, reasons)}
	}
	if e.User != "" {
		e.Key = "by:" + user + ":" + letters(r, 26)
		data["by"] = map[string]any{"user": user, "name": pick(r, people), "role": role, "department": department}
	}
	e.Data = asJSON(data)
	return e
}

func bodyOf(r *rand.Rand, title, owner string, at time.Time) json.RawMessage {
	materials := map[string]any{}
	for n := range 4 {
		materials[fmt.Sprintf("material-%d", n+1)] = []any{map[string]any{
			"digest": hash(r) + hash(r), "name": pick(r, works) + ".pdf", "size": 10000 + r.IntN(9000000), "type": "application/pdf",
			"at": at.Format(time.RFC3339), "by": letters(r, 26),
		}}
	}
	return asJSON(map[string]any{"answers": map[string]any{
		"project_name": title, "applicant_name": owner, "applicant_cert_no": "91510411" + letters(r, 10), "agent_name": pick(r, people),
		"agent_mobile": fmt.Sprintf("1%010d", r.Int64N(1e10)), "statement": "申请办理" + title + "，" + pick(r, reasons) + "。", "declare_true": true,
	}, "materials": materials})
}

func foldedOf(r *rand.Rand, c *store.Case, who []string) json.RawMessage {
	taken, clocks, seqs := []any{}, []any{}, []int{}
	for _, do := range acts {
		taken = append(taken, map[string]any{"do": do, "times": 1 + r.IntN(3), "by": pick(r, who)})
	}
	for _, clock := range []string{"intake", "promised", "statutory", "extension"} {
		clocks = append(clocks, map[string]any{
			"id": clock, "run": 1, "armed_seq": 1 + r.IntN(9), "armed_at": c.OpenedAt.Format(time.RFC3339),
			"started_at": c.OpenedAt.Format(time.RFC3339), "limit": 1 + r.IntN(30), "stopped_at": c.UpdatedAt.Format(time.RFC3339), "stopped_seq": r.IntN(20),
		})
	}
	for i := range c.Events {
		seqs = append(seqs, i+1)
	}
	return asJSON(map[string]any{"engine": 1, "seqs": seqs, "state": map[string]any{
		"seq": len(c.Events), "state": c.State, "at": c.UpdatedAt.Format(time.RFC3339), "taken": taken, "clocks": clocks,
		"times": map[string]any{"accepted_at": c.OpenedAt.Format(time.RFC3339), "submitted_at": c.OpenedAt.Format(time.RFC3339)},
	}})
}

func asJSON(v any) json.RawMessage {
	b, _ := json.Marshal(v) // maps of plain values
	return b
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func letters(r *rand.Rand, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func hash(r *rand.Rand) string {
	sum := sha256.Sum256(fmt.Append(nil, r.Uint64()))
	return hex.EncodeToString(sum[:16])
}

// live is an open case as the writers know it: each belongs to one of them.
type live struct {
	mu     sync.Mutex // one act at a time
	head   store.Head
	folded json.RawMessage
	n      int // changes so far
}

// said are events made beforehand: while the store is measured, little else is to be done.
var said = sync.OnceValue(func() []store.Event {
	r := rand.New(rand.NewPCG(9, 9))
	events := make([]store.Event, 512)
	for i := range events {
		events[i] = happened(r, 20+i%9, began, pick(r, departments), letters(r, 26))
	}
	return events
})

// next is what one act does to the case: another state, another deadline, one event.
func (l *live) next() *store.Change {
	r := rand.New(rand.NewPCG(uint64(l.n), uint64(l.head.OpenedAt.UnixMicro())))
	l.n++
	h := l.head
	h.State = pick(r, states)
	timed(&h, h.Due.Add(time.Duration(r.IntN(7200)-3600)*time.Second))
	h.UpdatedAt = h.UpdatedAt.Add(time.Minute)
	l.head = h
	e := said()[r.IntN(len(said()))]
	if e.At, e.RecordedAt = h.UpdatedAt, h.UpdatedAt; e.Key != "" {
		e.Key = "by:" + e.User + ":" + letters(r, 26)
	}
	return &store.Change{Head: h, Folded: l.folded, Events: []store.Event{e}}
}

// act makes one act durable.
func (l *live) act(ctx context.Context, s store.Store) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	ch := l.next()
	err := s.Append(ctx, l.head.ID, l.head.Rev, ch)
	if err == nil {
		l.head.Rev = ch.Head.Rev
	}
	return err
}

// fill makes the cases, through the store itself.
func (b *bench) fill(ctx context.Context) error {
	if _, err := os.Stat(b.path); err == nil {
		return fmt.Errorf("%s is there already: choose an empty folder", b.path)
	}
	return b.with(ctx, func(s *sqlite.Store) error {
		var mu sync.Mutex
		begun := time.Now()
		err := numbered(b.Cases, func(i int) error {
			c := made(i, i%20 == 0)
			if err := s.InsertCase(ctx, c); err != nil {
				return err
			}
			if c.Open {
				mu.Lock()
				b.open = append(b.open, &live{head: c.Head, folded: c.Folded})
				mu.Unlock()
			}
			if i%100_000 == 0 {
				b.say("%d cases", i)
			}
			return nil
		})
		if err != nil {
			return err
		}
		took := time.Since(begun)
		b.report.add("fill", "cases/s", float64(b.Cases)/took.Seconds())
		return nil
	})
}

// numbered does what has the numbers 1 to n, many at a time.
func numbered(n int, do func(i int) error) error {
	var next atomic.Int64
	return together(256, func(int) error {
		for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	})
}

// together runs n goroutines and gives their first error.
func together(n int, do func(i int) error) error {
	var wg sync.WaitGroup
	errs := make(chan error, n)
	for i := range n {
		wg.Go(func() { errs <- do(i) })
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
