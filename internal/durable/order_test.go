package durable

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// checkOrder reports the first breach of the durable order in a protocol of calls: every file that was written is
// fsynced after its last write and closed before anything is renamed; a directory is fsynced before it is renamed;
// each rename is followed by an fsync of the parent before anything else is renamed or removed.
func checkOrder(ops []string, parent string) error {
	dirty := map[string]bool{}  // written, not fsynced
	open := map[string]bool{}   // created, not closed
	unsync := map[string]bool{} // a directory with names that are not durable
	pending := false            // renamed, parent not fsynced
	for i, op := range ops {
		w := strings.Fields(op)
		switch w[0] {
		case "create":
			open[w[1]] = true
			unsync["TEMP"] = true
		case "write":
			dirty[w[1]] = true
		case "fsync":
			delete(dirty, w[1])
		case "close":
			delete(open, w[1])
		case "syncdir":
			delete(unsync, w[1])
			pending = pending && w[1] != parent
		case "remove", "removeAll":
			if pending {
				return fmt.Errorf("call %d: %s before the rename was durable", i+1, op)
			}
		case "rename":
			switch {
			case pending:
				return fmt.Errorf("call %d: %s before the rename above was durable", i+1, op)
			case len(dirty) > 0:
				return fmt.Errorf("call %d: %s with unsynced data %v", i+1, op, dirty)
			case len(open) > 0:
				return fmt.Errorf("call %d: %s with open files %v", i+1, op, open)
			case unsync[w[1]] && ops[0] == "mkdir "+w[1]:
				return fmt.Errorf("call %d: %s with unsynced names", i+1, op)
			}
			pending = true
		}
	}
	if pending {
		return fmt.Errorf("parent not fsynced after the rename")
	}
	return nil
}

// The check itself must catch the mistakes it is there for.
func TestOrderCheckCatchesPlantedBugs(t *testing.T) {
	const good = "mkdir TEMP;create a;write a;fsync a;close a;create manifest.json;write manifest.json;" +
		"fsync manifest.json;close manifest.json;syncdir TEMP;rename TEMP ckpt;syncdir out;rename old TRASH;syncdir out;removeAll TRASH"
	assert.NoError(t, checkOrder(strings.Split(good, ";"), "out"))
	for name, change := range map[string][2]string{
		"no file fsync":            {"fsync a;", ""},
		"fsync before the write":   {"write a;fsync a", "fsync a;write a"},
		"no manifest fsync":        {"fsync manifest.json;", ""},
		"no fsync of the temp dir": {"syncdir TEMP;", ""},
		"no parent fsync":          {"rename TEMP ckpt;syncdir out", "rename TEMP ckpt"},
		"rename before close":      {"close manifest.json;syncdir TEMP;rename TEMP ckpt", "syncdir TEMP;rename TEMP ckpt;close manifest.json"},
		"delete before durable":    {"rename TEMP ckpt;syncdir out", "rename TEMP ckpt;removeAll old;syncdir out"},
		"trash not durable":        {"rename old TRASH;syncdir out", "rename old TRASH"},
		"file after the dir fsync": {"syncdir TEMP;rename", "syncdir TEMP;create b;fsync b;close b;rename"},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		assert.NotEqual(t, good, bad, name)
		assert.Error(t, checkOrder(strings.Split(bad, ";"), "out"), name)
	}
}
