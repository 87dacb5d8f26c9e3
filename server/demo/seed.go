package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/server/casework"
)

// Seeding says what to fill a store with.
type Seeding struct {
	Cases    *casework.Service
	Now      time.Time // the present, up to which the past is played
	People   []Person
	Projects int
	Seed     uint64 // the same seed at the same instant gives the same district, but for ids and codes
}

// players play side by side: more of them than processors, since they also wait for the store to commit.
const players = 8

// Summary says what was played.
type Summary struct {
	Projects, Acts int
	Refused        []error // acts the rules did not allow: none, unless the catalogue was changed
}

// Fill plays the district up to the present. Projects do not touch each other, so they are played side by side,
// each by its own clock.
func (s Seeding) Fill(ctx context.Context) (Summary, error) {
	cat := s.Cases.Catalogues.Current()
	now := s.Now.In(cat.Calendar.Zone())
	lives := s.lives(cat, now)
	sum := Summary{Projects: len(lives)}
	var (
		mu    sync.Mutex
		fault error
		next  = make(chan *life)
		done  sync.WaitGroup
	)
	for range players {
		done.Go(func() {
			for l := range next {
				acts, err := l.play(ctx)
				mu.Lock()
				sum.Acts += acts
				if _, refused := errors.AsType[*flow.Refusal](err); refused {
					sum.Refused = append(sum.Refused, err)
				} else if err != nil {
					fault = errors.Join(fault, err)
				}
				mu.Unlock()
			}
		})
	}
	for _, l := range lives {
		next <- l
	}
	close(next)
	done.Wait()
	if fault != nil {
		return sum, fault
	}
	if _, err := s.Cases.Tick(ctx, now); err != nil {
		return sum, err
	}
	_, err := s.Cases.Deliver(ctx, now)
	return sum, err
}

// lives draws the projects. Every eighth belongs to the account "owner", the others to enterprises without one.
func (s Seeding) lives(cat *definitions.Catalogue, now time.Time) []*life {
	r := rand.New(rand.NewPCG(s.Seed, uint64(s.Projects)))
	lives := make([]*life, s.Projects)
	for i := range lives {
		l := &life{cat: cat, people: s.People, days: newDays(cat.Calendar, now, r)}
		cases := *s.Cases
		cases.Store = newMemo(cases.Store)
		cases.Now = func() time.Time { return l.at }
		l.cases = &cases
		v := ventures[(i*7+r.IntN(3))%len(ventures)]
		at := pick(r, places)
		u := newUnit(r, v, at, cat.Day(now))
		l.owner = flow.Actor{User: fmt.Sprintf("unit-%03d", i), Name: u.boss, Role: "owner"}
		if i%8 == 0 {
			l.owner = l.staff("owner", "")
		}
		l.answers = registration(r, v, at, u)
		l.plan = draw(r, cat, now, l.answers)
		schedule(r, l.answers, cat.Calendar.Start(cat.Calendar.Nth(l.days.last, 1-l.ago)))
		l.moments = l.all()
		lives[i] = l
	}
	return lives
}

// staff is who holds a role, in a department where the role belongs to one.
func (l *life) staff(role, dept string) flow.Actor {
	for _, who := range l.people {
		if who.Role == role && who.Department == dept {
			return who.Actor()
		}
	}
	return flow.Actor{Role: role, Department: dept, User: "nobody", Name: "（无账号）"}
}
