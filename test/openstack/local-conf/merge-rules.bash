# devstack's rules of merging a local.conf, written again from what is known of them, for real bash, gawk, grep and sed to run.
# Arguments: folders, each with a local.conf, the files to merge into in out/, and a folder .calls. In each, `status` says how it ended.
# stack.sh runs with errexit: a line that fails ends it. A process costs more than all else here, so there is one gawk for all,
# and sed is asked where it could do other than put the text as it is.

NOVA_CONF=out/nova.conf
OTHER_CONF=out/other.conf
OUT=out
SPACED='two  words'
EMPTY=
STAR='*'
AMP='a&b'
TAB='x\ty'

# Of each phase the file names, one a header, in .calls/names.PHASE; of the header N the calls that set what it says in .calls/PHASE.N.
gawk '
    function read_line(line, equals, key, value) {
        $0 = line
        if (line ~ /^\[.+\]/) {
            gsub(/[][]/, "", $1)
            section = $1
        } else if (line !~ /^ *#/ && line ~ /^[^ \t]/) {
            equals = index(line, "=")
            key = substr(line, 1, equals - 1)
            value = substr(line, equals + 1)
            sub(/[ \t]*$/, "", key)
            gsub(/^[ \t]*|[ \t]*$/, "", value)
            if (!((section, key) in count)) {
                if (section != last) { sections[++top] = section; last = section }
                names[top + 0, ++size[top + 0]] = key
            }
            values[section, key, ++count[section, key]] = value
        }
    }
    function write_calls(name, out, s, k, i, n, at) {
        printf "" > out
        for (s = 1; s <= top; s++)
            for (k = size[s]; k > 0; k--) {
                at = name " " sections[s] " " names[s, k]
                n = count[sections[s], names[s, k]]
                if (n > 1) print "inidelete " at > out
                for (i = n; i > 0; i--)
                    print (i == n ? "iniset " : "iniadd_literal ") at " \"" values[sections[s], names[s, k], i] "\"" > out
            }
        close(out)
    }
    BEGINFILE { total = 0; delete phases; delete files; folder = FILENAME; sub(/[^\/]*$/, "", folder) }
    { lines[FNR] = $0 }
    /^\[\[.+\|.*\]\]/ {
        gsub(/[][]/, "", $1)
        split($1, part, "|")
        phases[++total] = part[1]
        files[total] = part[2]
        at[total] = FNR
    }
    ENDFILE {
        at[total + 1] = FNR + 1
        n = split("post-config test-config", merged, " ")
        for (p = 1; p <= n; p++) {
            list = folder ".calls/names." merged[p]
            printf "" > list
            seen = 0
            for (h = 1; h <= total; h++) {
                if (phases[h] != merged[p]) continue
                print files[h] > list
                if (files[h] == "") continue
                top = 0; section = last = ""
                delete sections; delete names; delete size; delete count; delete values
                for (g = 1; g <= total; g++)
                    if (phases[g] == phases[h] && files[g] == files[h])
                        for (l = at[g] + 1; l < at[g + 1]; l++) read_line(lines[l])
                write_calls(files[h], folder ".calls/" merged[p] "." ++seen)
            }
            close(list)
        }
    }' "${@/%//local.conf}"

# Whether names hold nothing that is special to grep and sed.
plain() { [[ $1$2 && ! $1$2 =~ [^A-Za-z0-9_:] ]]; }

has_section() {
    plain "$2" || { grep -q "^\[$2\]" "$1"; return; }
    mapfile -t lines < "$1"
    local line
    for line in "${lines[@]}"; do if [[ $line == "[$2]"* ]]; then return 0; fi; done
    return 1
}

# Where lines set an option of a section: their numbers from 0 in `found`, the lines in `lines`.
find_option() {
    local i inside=
    mapfile -t lines < "$1"
    found=()
    for i in "${!lines[@]}"; do
        if [[ $inside ]]; then
            if [[ ${lines[i]} =~ ^$3[$' \t']*= ]]; then found+=($i); fi
            if [[ ${lines[i]} =~ ^\[.*\] ]]; then inside=; fi
        elif [[ ${lines[i]} == "[$2]"* ]]; then inside=1
        fi
    done
}

has_option() {
    if plain "$2" "$3"; then
        find_option "$@"
        ((${#found[@]} > 0))
    else
        [[ $(sed -n -e "/^\[$2\]/,/^\[.*\]/ { /^$3[ \t]*=/ p; }" "$1") ]]
    fi
}

inidelete() {
    [[ $2 && $3 ]] || return 0
    local found lines i
    if plain "$2" "$3" && [[ -f $1 ]]; then
        find_option "$@"
        for i in "${found[@]}"; do unset "lines[i]"; done
        if ((${#found[@]} > 0)); then printf '%s\n' "${lines[@]}" > "$1"; fi
        return 0
    fi
    sed -i -e "/^\[$2\]/,/^\[.*\]/ { /^$3[ \t]*=/ d; }" "$1"
}

iniadd_literal() {
    [[ $2 && $3 ]] || return 0
    local lines line
    if [[ -f $1 && $3$4 != *\\* ]] && plain "$2"; then
        mapfile -t lines < "$1"
        for line in "${lines[@]}"; do
            printf '%s\n' "$line"
            if [[ $line == "[$2]"* ]]; then printf '%s\n' "$3 = $4"; fi
        done > "$1"
    else
        sed -i -e "/^\[$2\]/ a\\
$3 = $4
" "$1"
    fi
}

replace_option() {
    local i
    if plain "$2" "$3" && [[ $4 != *[\\\&]* ]]; then
        for i in "${found[@]}"; do
            [[ ${lines[i]} =~ ^$3[$' \t']*=[$' \t']* ]]
            lines[i]=${BASH_REMATCH[0]}$4
        done
        printf '%s\n' "${lines[@]}" > "$1"
    else
        # section and option stand outside quotes in devstack's own
        sed -i -e '/^\['$2'\]/,/^\[.*\]/ s'$'\x01''^\('$3'[ \t]*=[ \t]*\).*$'$'\x01''\1'"$4"$'\x01' "$1"
    fi
}

iniset() {
    [[ $2 && $3 ]] || return 0
    local found lines
    if ! has_section "$@"; then echo -e "\n[$2]" >> "$1"; fi
    if has_option "$@"; then replace_option "$@"; else iniadd_literal "$@"; fi
}

merge_file() {
    local file=$1 matchgroup=$2 configfile=$3 real_configfile=$real
    [[ -f $real_configfile ]] || > $real_configfile
    while read a; do eval "$a"; done < .calls/$2.$seen
}

merge_phase() {
    local localfile=$1 group=$2 configfile real seen=0
    for configfile in $(< .calls/names.$2); do
        ((++seen))
        if [[ $configfile =~ ^[\$A-Za-z_{}/.]+$ ]]; then
            eval "real=($configfile)"
            real="${real[*]}"
        else
            real=$(eval "echo $configfile")
        fi
        if [[ -z $real ]]; then break; fi
        merge_file "$1" "$2" $configfile
    done
}

for folder in "$@"; do
    (
        set -e
        cd "$folder"
        for phase in post-config test-config; do merge_phase local.conf $phase; done
    ) > /dev/null 2>&1 < /dev/null
    echo $? > "$folder/status"
done
