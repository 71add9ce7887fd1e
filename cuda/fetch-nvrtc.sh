#!/bin/sh
# Fetches NVIDIA's run-time compiler (17 MB, from Debian's packages) into target/nvrtc, where the tests of this module find
# it. It needs no GPU. Without a network nothing is lost: the tests that compile kernels then say that they were skipped.
set -eu
base=http://deb.debian.org/debian/pool/non-free/n/nvidia-cuda-toolkit
version=12.4.127~12.4.1-2
target=$(cd "$(dirname "$0")" && pwd)/target/nvrtc
[ ! -e "$target/usr/lib/x86_64-linux-gnu/libnvrtc.so.12" ] || exit 0
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "fetch-nvrtc: only for Linux on x86-64" >&2; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in "libnvrtc-builtins12.4_${version}_amd64.deb" "libnvrtc12_${version}_amd64.deb"; do
  curl -fsS --max-time 300 -o "$work/$name" "$base/$name" || { echo "fetch-nvrtc: $name could not be fetched" >&2; exit 0; }
  mkdir -p "$work/data" "$target"
  (cd "$work/data" && ar x "../$name" && tar -xf data.tar.* -C "$target" && rm -f data.tar.* control.tar.* debian-binary)
done
echo "NVRTC is in $target"
