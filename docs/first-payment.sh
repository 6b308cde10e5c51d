#!/usr/bin/env bash
# A signed payment with curl and openssl alone (RFC 9421, RFC 9530). Run while the city is up: docs/first-payment.sh
set -euo pipefail
cd "${ECNY_HOME:-$(dirname "$(readlink -f "$0")")/../.ecny}" 2>/dev/null && [[ -r sandbox.json ]] || { echo "There is no sandbox.json: run ./ecny up first." >&2; exit 1; }

json() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -1; }      # first string member of that name

# signed INSTITUTION URL BODY: one POST, signed with the institution's own key
signed() {
  local institution=$1 url=$2 body=$3 authority path digest params base rs
  authority=${url#*://} path=/${authority#*/} authority=${authority%%/*}
  digest="sha-256=:$(printf %s "$body" | openssl dgst -sha256 -binary | base64 -w0):"
  params="(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");created=$(date +%s);nonce=\"$(openssl rand -hex 16)\";keyid=\"$institution-1\""
  base=$(printf '"@method": POST\n"@authority": %s\n"@path": %s\n"@query": ?\n"content-digest": %s\n"@signature-params": %s' "$authority" "$path" "$digest" "$params")
  # openssl writes the signature as two DER integers; the wire wants r and s, 32 bytes each
  rs=$(printf %s "$base" | openssl dgst -sha256 -sign "keys/$institution.pem" | openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p' |
    while read -r n; do n=0000000000000000000000000000000000000000000000000000000000000000$n; printf %s "${n: -64}"; done)
  curl -sS --fail-with-body "$url" -H 'Content-Type: application/json' -H "Content-Digest: $digest" -H "Signature-Input: sig1=$params" \
    -H "Signature: sig1=:$(printf "$(printf %s "$rs" | sed 's/../\\x&/g')" | base64 -w0):" --data-binary "$body" &&
    echo
}

acquiring=$(json acquiring <sandbox.json) wallets=$(json wallets <sandbox.json)
merchant=$(json merchantNo <sandbox.json) wallet=$(json walletId < <(sed -n '/"wallets": *\[/,$p' sandbox.json))
run=$(date +%s)

echo "1. The payer's operator asks for a pay code (被扫):"
answer=$(signed sandbox-operator-a "$wallets/v1/wallets/$wallet/pay-codes" "{\"requestNo\":\"first-$run\"}") || { echo "No pay code: $answer (is the city up? ./ecny status)" >&2; exit 1; }
echo "$answer"
code=$(json payCode <<<"$answer")

echo "2. The merchant's acquirer is paid with it:"
signed sandbox-acquirer "$acquiring/v1/payments" \
  "{\"requestNo\":\"first-$run\",\"merchantNo\":\"$merchant\",\"amount\":1250,\"method\":\"PAY_CODE\",\"payer\":{\"payCode\":\"$code\"}}"
