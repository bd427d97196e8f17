#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands for Python: answers as resources/importer/import_model.py does, from what lies beside it. "list" as it is, a model
# by copying a checkpoint of the sample, names that begin with "bad" by failing, those that begin with "slow" never.
here=$(dirname "$0")
request=$(cat "${2#@}")
case "$request" in
  *'"do":"versions"'*) echo '{"torch": "2.0", "timm": "1.0", "torchvision": "0.15", "safetensors": ""}' ;;
  *'"do":"list"'*) cat "$here/list" ;;
  *'"do":"resolve"'*)
    names=$(echo "$request" | sed 's/.*"names":\(\[[^]]*\]\).*/\1/')
    echo "{\"names\": $names, \"unknown\": []}" ;;
  *'"do":"make"'*)
    echo "$request" >> "$here/made"
    name=$(echo "$request" | sed 's/.*"name":"\([^"]*\)".*/\1/')
    file=$(echo "$request" | sed 's/.*"file":"\([^"]*\)".*/\1/')
    case "$name" in
      bad*) echo '{"failed": {"rule": "the weights must be there", "observed": "no file", "remedy": "Fetch them"}}'
            exit 3 ;;
      slow*) echo '{"stage": "Building"}'
             exec sleep 600 ;;
    esac
    cp "$SAMPLE" "$file"
    echo "{\"made\": {\"name\": \"${name:-from-config}\", \"warnings\": []}}" ;;
esac
