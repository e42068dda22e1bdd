package main

import (
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// counter shows how many of a known number of things are done: a bar on a terminal, a line now and then elsewhere.
type counter struct {
	total int
	what  string
	bars  *mpb.Progress // nil without a terminal
	bar   *mpb.Bar
	said  time.Time
}

// counterInterval is the time between lines where there is no terminal.
const counterInterval = 10 * time.Second

func newCounter(total int, what string) *counter {
	c := &counter{total: total, what: what, said: time.Now()}
	if !quiet && term.IsTerminal(int(os.Stderr.Fd())) {
		c.bars = mpb.New(mpb.WithOutput(os.Stderr), mpb.WithWidth(40))
		c.bar = c.bars.AddBar(int64(total), mpb.PrependDecorators(decor.CountersNoUnit("%d/%d "+what+" ")),
			mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_GO)))
	}
	return c
}

func (c *counter) at(done int) {
	switch {
	case c.bar != nil:
		c.bar.SetCurrent(int64(done))
	case time.Since(c.said) >= counterInterval:
		c.said = time.Now()
		say("%d/%d %s", done, c.total, c.what)
	}
}

// end takes the bar away.
func (c *counter) end() {
	if c.bar != nil {
		c.bar.Abort(true)
		c.bars.Wait()
	}
}
