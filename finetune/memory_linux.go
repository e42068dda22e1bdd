package finetune

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// availableMemory is what this process may still take without swapping: the system's estimate, which counts the page
// cache, or less where a control group says so. Zero means unknown.
func availableMemory() int64 {
	available := procField("/proc/meminfo", "MemAvailable:")
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return available
	}
	for line := range strings.Lines(string(groups)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		room, ok := int64(0), false
		switch {
		case parts[1] == "":
			room, ok = groupRoom("/sys/fs/cgroup", parts[2], "memory.max", "memory.current", "inactive_file")
		case parts[1] == "memory":
			room, ok = groupRoom("/sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
		}
		if ok && (available == 0 || room < available) {
			available = room
		}
	}
	return available
}

// groupRoom is the least room among a control group and those above it. In a container the group's own directory is
// the root of what is mounted, whatever its path is called outside.
func groupRoom(root, path, limitFile, usageFile, cacheField string) (least int64, ok bool) {
	for dir := filepath.Join(root, path); strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
		limit, has := fileNumber(filepath.Join(dir, limitFile))
		if !has || limit >= 1<<60 { // "max", or the older interface's largest number
			continue
		}
		used, _ := fileNumber(filepath.Join(dir, usageFile))
		cache := statField(filepath.Join(dir, "memory.stat"), cacheField)
		if room := max(limit-used+cache, 1); !ok || room < least {
			least, ok = room, true
		}
	}
	return least, ok
}

func fileNumber(path string) (int64, bool) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(raw)), 10, 64)
	return n, err == nil
}

// statField is a field of a file of lines of a name and a number.
func statField(path, name string) int64 {
	raw, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == name {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			return n
		}
	}
	return 0
}

// procField is a field that the kernel gives in kB.
func procField(path, name string) int64 { return statField(path, name) << 10 }

// residentAnonymous is this process's resident memory that is not mapped from files.
func residentAnonymous() int64 { return procField("/proc/self/status", "RssAnon:") }
