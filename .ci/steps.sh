# The steps that .ci/run and .ci/full share; sourced, not run. Each step is a function that fails as a whole.
#
# root      the checkout
# scratch   a directory that is removed at the end: environments, clones, logs

TORCH="torch==2.13.0" # the oracle's version is pinned, so that a change of answers is never its doing

# Programs, each with the Debian packages that bring it; the browser is for the page to explore.
PROGRAMS=(gcc:gcc,libc6-dev g++:g++ clang:clang git:git make:make chromium:chromium chromedriver:chromium-driver)
# The slow tier's: articles are compiled, formulas are read by KaTeX, kernels are run under valgrind.
MORE_PROGRAMS=(valgrind:valgrind pdflatex:texlive-latex-base,texlive-latex-recommended node:nodejs npm:npm)
KATEX="katex@0.19.1"

# What pip installs beside the package, and what the full tier does too: a third compiler.
EXTRAS=demo,pictures,test,lint,oracle,browser,docs
MORE_EXTRAS=compilers

# Other machines that the self-test is run for: Debian's cross compiler, its name of the machine, the emulator.
# Big and little endian, 64 bit; then the other widths.
MACHINES=(aarch64-linux-gnu:arm64:qemu-aarch64 s390x-linux-gnu:s390x:qemu-s390x)
MORE_MACHINES=(arm-linux-gnueabihf:armhf:qemu-arm riscv64-linux-gnu:riscv64:qemu-riscv64 i686-linux-gnu:i386:qemu-i386)

# What runs behind the tests, a lane each. The full tier leaves the first away: one of the README's commands runs the
# fast tests, which that tier runs itself, with more examples.
LANES=(readme checks)
declare -A CHECKS=(
    [readme]="check_readme"
    [checks]="check_style_and_types check_gallery check_site check_machines check_package"
)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$scratch"' EXIT
cd "$root"

# What the README's commands meet should be a reader's environment, not this script's or a calling make's.
unset VIRTUAL_ENV PYTHONPATH PYTHONHASHSEED MAKEFLAGS MAKELEVEL
export PIP_DISABLE_PIP_VERSION_CHECK=1
export CONVGEN_CACHE_DIR=$scratch/cache
started=$SECONDS

say() { printf '\n==> [%4d s] %s\n' $((SECONDS - started)) "$*"; }

# The programs, compilers for other machines and emulators, where they are missing and we may install them.
install_system_tools() {
    local packages=() program machine prefix debian emulator
    for program in "${PROGRAMS[@]//,/ }"; do
        # shellcheck disable=SC2206 -- the packages of one program are separated by commas
        command -v "${program%%:*}" >/dev/null || packages+=(${program#*:})
    done
    for machine in "${MACHINES[@]}"; do
        IFS=: read -r prefix debian emulator <<<"$machine"
        command -v "$prefix-gcc" >/dev/null || packages+=("gcc-$prefix" "libc6-dev-$debian-cross")
        command -v "$emulator" >/dev/null || packages+=(qemu-user)
    done
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv)
    [ "${#packages[@]}" -eq 0 ] && return
    if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
        say "installing ${packages[*]}"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    else
        echo "missing, and this user cannot install them with apt-get: ${packages[*]}" >&2
        return 1
    fi
}

# KaTeX, which reads every formula as a page on GitHub does.
install_katex() {
    say "installing $KATEX"
    npm install --silent --no-save --prefix "$scratch/katex" "$KATEX"
    export NODE_PATH=$scratch/katex/node_modules
}

# An environment with everything the tests can use, torch included.
make_environment() {
    say "making a virtual environment with $EXTRAS and $TORCH"
    "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
    "${PYTHON:-python3}" -m venv "$scratch/venv"
    "$scratch/venv/bin/python" -m pip install --quiet --editable ".[$EXTRAS]" "$TORCH"
}

check_style_and_types() {
    say "ruff check, ruff format --check, mypy"
    "$scratch/venv/bin/ruff" check .
    "$scratch/venv/bin/ruff" format --check .
    "$scratch/venv/bin/mypy"
}

# The committed gallery is, byte for byte, what the generator writes under any hash seed and from anywhere.
check_gallery() {
    say "gallery, from another directory; the tests look at it under other hash seeds"
    (cd "$scratch" && "$scratch/venv/bin/convgen" generate --manifest "$root/generated/manifest.toml" --check)
}

# The documentation site: every derivation in it is what its steps, checked anew, print; every cell of its tutorials
# and notebooks runs, warnings are errors, and no page loads anything from elsewhere.
check_site() {
    local build=("$scratch/venv/bin/python" -m sphinx -q -T -W --keep-going)
    say "documentation site"
    "$scratch/venv/bin/python" docs/printed.py --check
    "${build[@]}" -d "$scratch/doctrees" docs "$scratch/site"
    if grep -rlE --include='*.html' '<(script|link|img|iframe)[^>]* (src|href)="(https?:)?//' "$scratch/site"; then
        echo "these pages load something from a network" >&2
        return 1
    fi
    # A build that fails for no cell would prove nothing.
    mkdir "$scratch/broken"
    printf -- '---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n# A cell with an error\n\n```{code-cell}\n1 / 0\n```\n' \
        >"$scratch/broken/index.md"
    if "${build[@]}" -c docs "$scratch/broken" "$scratch/broken-site" >"$scratch/broken.log" 2>&1 ||
        ! grep -q ZeroDivisionError "$scratch/broken.log"; then
        echo "an error in a cell does not end the build, or another did" >&2
        cat "$scratch/broken.log" >&2
        return 1
    fi
}

# Wheel and sdist, built as a publisher builds them, installed where no checkout is near, and used there.
check_package() {
    say "building sdist and wheel"
    git clone --quiet "$root" "$scratch/package"
    "$scratch/venv/bin/python" -m build --outdir "$scratch/dist" "$scratch/package" >"$scratch/build.log" 2>&1 ||
        { cat "$scratch/build.log"; return 1; }
    "${PYTHON:-python3}" -m venv "$scratch/user"
    local artefact elsewhere bin=$scratch/user/bin
    for artefact in "$scratch"/dist/*.whl "$scratch"/dist/*.tar.gz; do
        say "installing and using $(basename "$artefact")"
        "$bin/python" -m pip uninstall --quiet --yes convgen 2>/dev/null
        "$bin/python" -m pip install --quiet "$artefact"
        elsewhere=$(mktemp -d "$scratch/elsewhere.XXXXXX")
        use_outside_the_checkout "$bin" "$elsewhere"
    done
}

# What a user does first, in an empty directory: every room that reads templates takes part.
use_outside_the_checkout() {
    local bin=$1 target layer=(--input 6x5 --kernel 3x2 --stride 2 --padding 1)
    cd "$2"
    "$bin/python" -c 'import convgen; assert "site-packages" in convgen.__file__, convgen.__file__'
    "$bin/convgen" derive --input 3x3 --kernel 2x2 --format latex >derivation.tex
    grep -q X_ derivation.tex
    "$bin/convgen" verify "${layer[@]}"
    for target in c numpy; do
        "$bin/convgen" generate "${layer[@]}" --target "$target" --output-dir .
    done
    ls ./*.c ./*.h ./*.py
    "$bin/convgen" animate backward_data "${layer[@]}" --output dX.svg
    "$bin/convgen" explore "${layer[@]}" --output page.html
    cd "$root"
}

# The gallery's kernels compute on every other machine what they compute here, to the last bit.
check_machines() {
    local machine prefix debian emulator
    "$scratch/venv/bin/python" -m convgen.validation.self_test generated/manifest.toml "$scratch/self-test"
    for machine in "${MACHINES[@]}"; do
        IFS=: read -r prefix debian emulator <<<"$machine"
        say "self-test for $debian"
        "$prefix-gcc" -std=c99 -O1 -Wall -Wextra -Werror -static -o "$scratch/self-test-$debian" "$scratch"/self-test/*.c
        "$emulator" "$scratch/self-test-$debian"
    done
}

# The README's two commands, read out of the README and pasted into a fresh clone.
check_readme() {
    local command
    git clone --quiet "$root" "$scratch/clone"
    "$root/.ci/readme-commands" "$scratch/clone/README.md" >"$scratch/commands"
    while read -r command; do
        say "README: $command"
        (cd "$scratch/clone" && bash -c "$command" </dev/null)
    done <"$scratch/commands"
    [ -z "$(git -C "$scratch/clone" status --porcelain)" ] || {
        echo "the README's commands leave files in the checkout that .gitignore does not know:" >&2
        git -C "$scratch/clone" status --porcelain >&2
        return 1
    }
}

# Run some of the checks, one after the other, and say which failed.
run_checks() {
    local check failed=()
    for check in "$@"; do
        # In the background and waited for, since bash would go on after a failing command in `check || ...`.
        (set -e; "$check") &
        wait $! || failed+=("$check")
    done
    if [ "${#failed[@]}" -eq 0 ]; then say "held: $*"; else say "FAILED: ${failed[*]}"; return 1; fi
}

# Lanes share the cores: the tests in the foreground, LANES behind.
# Arguments: those of pytest. Its output is also in $scratch/tests.log, the figures in $scratch/tests.xml.
run_lanes() {
    if [ -n "$(git status --porcelain)" ]; then
        echo "note: the clones and the package hold what is committed; there are uncommitted changes:"
        git status --short
    fi
    local lane failed=()
    local -A lanes=()
    for lane in "${LANES[@]}"; do
        # shellcheck disable=SC2086 # the names of several checks
        run_checks ${CHECKS[$lane]} >"$scratch/$lane.log" 2>&1 &
        lanes[$lane]=$!
    done
    say "pytest $*"
    "$scratch/venv/bin/python" -m pytest -n 2 \
        --junit-xml="$scratch/tests.xml" --basetemp="$scratch/pytest" "$@" 2>&1 | tee "$scratch/tests.log" || failed+=(tests)
    for lane in "${LANES[@]}"; do
        wait "${lanes[$lane]}" || failed+=("$lane")
        cat "$scratch/$lane.log"
    done
    if [ "${#failed[@]}" -eq 0 ]; then say "everything holds"; else say "FAILED: ${failed[*]}"; fi
    grep -hE '^=+ .*[0-9]+ (passed|failed|errors?).* =+$' "$scratch"/*.log || true
    [ "${#failed[@]}" -eq 0 ]
}
