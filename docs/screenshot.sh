#!/usr/bin/env bash
# Makes docs/session.svg: three people chat in real terminals (tmux), and what one of them then sees becomes a picture.
# Needs bash, tmux and python3.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

columns=88 rows=22
work=$(mktemp -d)

tm() {
  tmux -S "$work/tmux" -f /dev/null "$@"
}

cleanup() {
  tm kill-server 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

screen() {
  tm capture-pane -p -t "$1"
}

# await WHO REGEX: waits until the screen has a line like it.
await() {
  local deadline=$((SECONDS + 30))
  until screen "$1" | grep -qE -- "$2"; do
    ((SECONDS < deadline)) || {
      echo "screenshot: never saw '$2' at $1:" >&2
      screen "$1" >&2
      exit 1
    }
    sleep 0.05
  done
}

# A window with a shell that has this checkout's programs on its path and a home of its own.
window() {
  tm new-session -d -s "$1" -x "$columns" -y "$rows" \
    "env -i HOME='$work' USER='$1' TERM=tmux-256color LANG=C.UTF-8 PS1='$ ' CHAT_JAVA_OPTS='-Duser.name=$1' \
     PATH='$PWD/server/bin:$PWD/client/bin:$PATH' ${at:+CHAT_SERVER=$at} bash --norc --noprofile"
  await "$1" '^\$'
}

# say WHO TEXT: types a line, not faster than it can be read.
say() {
  tm send-keys -t "$1" -l -- "$2"
  tm send-keys -t "$1" Enter
}

# Any build happens here.
server/bin/chat-server --version >/dev/null
client/bin/chat-client --version >/dev/null

at=
window server
say server 'chat-server --host 127.0.0.1 --port 0'
await server '^try: '
[[ $(screen server) =~ tcp\ 127.0.0.1:([0-9]+) ]]
port=${BASH_REMATCH[1]}
at=localhost:$port

window ann
say ann 'clear; chat-client create tea'
await ann '^Username'
say ann ''
await ann '^\[ann@tea\]'
window bob
say bob 'chat-client join tea --name bob'
await ann 'bob joined'
await bob '^\[bob@tea\]'
say bob 'hi ann, is the kettle on? 🍵'
await ann 'kettle'
say ann 'two minutes – お茶 or darjeeling?'
await bob 'darjeeling'
window cem
say cem 'chat-client join tea --name cem'
await cem '^\[cem@tea\]'
say cem 'darjeeling! and who has the biscuits?'
await ann 'biscuits'
say ann '/who'
await ann '3 here: .*cem$'

tm send-keys -t server C-c
await ann 'rejoining'
say ann 'in the tin next to the stove'
await ann 'your text is kept'
await server '^\$ *$'
say server "clear; chat-server --host 127.0.0.1 --port $port"
for who in ann bob cem; do
  await "$who" "back in tea as $who"
done
tm send-keys -t ann Enter
await bob 'next to the stove'
say bob 'ann: you are a treasure'
await ann 'treasure'
say ann '/pnig'
await ann 'did you mean'
say ann '/ping'
await ann 'the server answered'
tm send-keys -t ann -l 'kettle is boi'
await ann 'kettle is boi'

tm capture-pane -e -p -t ann >"$work/screen"
read -r x y < <(tm display-message -p -t ann '#{cursor_x} #{cursor_y}')

for who in bob cem ann; do
  tm send-keys -t "$who" C-c
done
tm send-keys -t server C-c

# The address in the picture is the usual one, not that of this run.
python3 - "$work/screen" "$columns" "$x" "$y" "$port" >docs/session.svg <<'PYTHON'
import html, re, sys, unicodedata

path, columns, cursor_x, cursor_y, port = sys.argv[1], *map(int, sys.argv[2:])
CELL, ROW, LEFT, TOP, SIZE = 8.4, 19, 16, 46, 14
BACKGROUND, TEXT, DIM = "#1b1f27", "#d5dae3", "#818b9c"
COLORS = ["#5c6370", "#ef7a85", "#98c379", "#e5c07b", "#6cb2f5", "#cf8ee6", "#56c2cf", "#d5dae3"]


def width(char):
    if unicodedata.combining(char) or char in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


# As tmux prints it, a style goes on in the next line.
color, bold, dim, inverse = None, False, False, False


def cells(line):
    """Each character with its style: foreground, bold, dim, inverse."""
    global color, bold, dim, inverse
    for escape, char in re.findall(r"\x1b\[([\d;]*)m|([^\x1b])", line):
        if char:
            yield char, (color, bold, dim, inverse)
            continue
        for code in map(int, (escape or "0").split(";")):
            if code == 0:
                color, bold, dim, inverse = None, False, False, False
            elif code == 1:
                bold = True
            elif code == 2:
                dim = True
            elif code == 22:
                bold = dim = False
            elif code in (7, 27):
                inverse = code == 7
            elif 30 <= code <= 37 or 90 <= code <= 97:
                color = COLORS[code % 10]
            elif code == 39:
                color = None


def drawn(row, line):
    runs, column = [], 0
    for char, style in cells(line):
        wide = width(char) == 2
        # A wide character stands alone, so that a font with another idea of its width moves nothing else.
        if runs and runs[-1][0] == style and not wide and not runs[-1][3]:
            runs[-1][2] += char
        else:
            runs.append([style, column, char, wide])
        column += width(char)
    for (color, bold, dim, inverse), start, text, wide in runs:
        if not text.strip() and not inverse:
            continue
        x, y = LEFT + start * CELL, TOP + row * ROW
        length = sum(map(width, text)) * CELL
        fill = color or (DIM if dim else TEXT)
        if inverse:
            yield f'<rect x="{x:.1f}" y="{y - 14}" width="{length:.1f}" height="{ROW}" fill="{fill}"/>'
            fill = BACKGROUND
        weight = ' font-weight="bold"' if bold else ""
        fit = "" if wide else f' textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"'
        yield f'<text x="{x:.1f}" y="{y}" fill="{fill}"{weight}{fit}>{html.escape(text)}</text>'


lines = open(path, encoding="utf-8").read().replace(f":{port}", ":9001").split("\n")
# What the usual address makes unnecessary to say is not said.
lines = [line.replace(" --server HOST:9001", " --server HOST") for line in lines]
while lines and not lines[-1].strip():
    lines.pop()
w, h = 2 * LEFT + columns * CELL, TOP + len(lines) * ROW
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:.0f} {h:.0f}" width="{w:.0f}" height="{h:.0f}" role="img">')
print("<title>A chat in the terminal</title>")
print(f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>')
for i, dot in enumerate(("#ef7a85", "#e5c07b", "#98c379")):
    print(f'<circle cx="{LEFT + 4 + i * 16}" cy="16" r="5" fill="{dot}"/>')
print(f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="{SIZE}" xml:space="preserve">')
for row, line in enumerate(lines):
    for element in drawn(row, line):
        print(element)
print(f'<rect x="{LEFT + cursor_x * CELL:.1f}" y="{TOP + cursor_y * ROW - 14}" width="{CELL}" height="{ROW}" fill="{TEXT}" opacity="0.8"/>')
print("</g>\n</svg>")
PYTHON
echo "screenshot: made docs/session.svg"
