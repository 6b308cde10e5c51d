#!/usr/bin/env bash
# Verifies a notification with openssl: verify-notification.sh PUBLIC_KEY.pem HEAD BODY
# HEAD is the request line and the headers as they came, BODY the body's bytes. Exit code 0: it is ours, and nothing in it was changed.
set -euo pipefail
key=$1 head=$2 body=$3
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

header() { tr -d '\r' < "$head" | sed -n "s/^$1: *//Ip" | head -1; }
read -r method target _ < "$head"
path=${target%%\?*}
query=${target:${#path}}

digest="sha-256=:$(openssl dgst -sha256 -binary "$body" | base64 -w0):"
[ "$digest" = "$(header content-digest)" ] || { echo "the body is not the one that was signed"; exit 1; }

# What was signed (RFC 9421 §2.5): one line per component, no line end after the last.
parameters=$(header signature-input)
printf '"@method": %s\n"@authority": %s\n"@path": %s\n"@query": %s\n"content-digest": %s\n"@signature-params": %s' \
    "$method" "$(header host | tr '[:upper:]' '[:lower:]')" "$path" "${query:-?}" "$digest" "${parameters#*=}" > "$work/signed"

# The signature is r‖s, 32 bytes each; openssl wants both as an ASN.1 sequence.
signature=$(header signature)
signature=${signature#*=:}
hex=$(printf %s "${signature%:}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
printf 'asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "${hex:0:64}" "${hex:64:64}" > "$work/asn1"
openssl asn1parse -genconf "$work/asn1" -noout -out "$work/der"
openssl dgst -sha256 -verify "$key" -signature "$work/der" "$work/signed"
