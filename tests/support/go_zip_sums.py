"""What Go itself says of a zip in which one byte is wrong: a program of a few lines over archive/zip."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.go_programs import CrossBuild

MASKS = (0x01, 0x80)
MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
# The sum of golang.org/x/mod/sumdb/dirhash (Hash1), for each byte of the file in turn and each mask; "-" is an error.
PROGRAM = """package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"sort"
)

func sum(data []byte) string {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "-"
	}
	sort.Slice(archive.File, func(i, j int) bool { return archive.File[i].Name < archive.File[j].Name })
	whole := sha256.New()
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			return "-"
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return "-"
		}
		fmt.Fprintf(whole, "%x  %s\\n", sha256.Sum256(content), file.Name)
	}
	return "h1:" + base64.StdEncoding.EncodeToString(whole.Sum(nil))
}

func main() {
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	for place := range data {
		for _, mask := range []byte{0x01, 0x80} {
			data[place] ^= mask
			fmt.Println(sum(data))
			data[place] ^= mask
		}
	}
}
"""


def sums_with_a_wrong_byte(file: Path, folder: Path, build: CrossBuild) -> Iterator[tuple[int, int, str]]:
    """Place, mask and sum, ``-`` where Go refuses the zip."""
    (folder / "go.mod").write_text("module example.com/sums\n\ngo 1.21\n")
    (folder / "main.go").write_text(PROGRAM)
    build(folder, f"{sys.platform}/{MACHINES.get(platform.machine(), platform.machine())}", folder / "sums")
    told = subprocess.run([folder / "sums", file], capture_output=True, text=True, check=True).stdout.splitlines()
    cases = [(place, mask) for place in range(file.stat().st_size) for mask in MASKS]
    yield from ((place, mask, line) for (place, mask), line in zip(cases, told, strict=True))
