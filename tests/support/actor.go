// An actor plays an IDE: it leaves the files that the environment names and starts one child, then waits.
//
// ACTOR_PID_FILE gets its pid, ACTOR_SOCKET becomes a Unix socket. ACTOR_CHILD is a command, its words separated by
// newlines, which runs in ACTOR_CHILD_DIR with the lines of ACTOR_CHILD_ENV as further environment, in which \x1f is a newline.
package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if path := os.Getenv("ACTOR_PID_FILE"); path != "" {
		check(os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())), 0o644))
	}
	if path := os.Getenv("ACTOR_SOCKET"); path != "" {
		fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		check(err)
		check(os.Chdir(filepath.Dir(path))) // the whole path may be longer than a socket's may be
		check(syscall.Bind(fd, &syscall.SockaddrUnix{Name: filepath.Base(path)}))
		check(syscall.Listen(fd, 1))
	}
	if text := os.Getenv("ACTOR_CHILD"); text != "" {
		start(strings.Split(text, "\n"))
	}
	os.Stdout.WriteString("ready\n")
	time.Sleep(24 * time.Hour)
}

func start(words []string) {
	environment := []string{}
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "ACTOR_") {
			environment = append(environment, pair)
		}
	}
	for _, pair := range strings.Split(os.Getenv("ACTOR_CHILD_ENV"), "\n") {
		if pair != "" {
			environment = append(environment, strings.ReplaceAll(pair, "\x1f", "\n"))
		}
	}
	input, _, err := os.Pipe()
	check(err)
	quiet, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	check(err)
	files := []*os.File{input, quiet, quiet}
	_, err = os.StartProcess(words[0], words, &os.ProcAttr{Dir: os.Getenv("ACTOR_CHILD_DIR"), Env: environment, Files: files})
	check(err)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
