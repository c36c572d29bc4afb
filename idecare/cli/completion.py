"""``idecare completion``: print the shell completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from idecare.cli.common import Session, verb

# Bash splits words behind = and : and before @, so the line is split at blanks instead, and what bash keeps of the word
# is taken off each value. Bash 3.2, that of macOS, has no nosort. The protocol is that of click's own scripts.
BASH = """\
_idecare_completion() {
    local line=${COMP_LINE:0:COMP_POINT} type value word kept
    local -a words
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${words[${#words[@]}-1]}
    kept=${word%"${word##*[=:]}"}
    [[ ${word#"$kept"} == *@* ]] && kept=${word%@*}
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            plain) COMPREPLY+=("${value#"$kept"}") ;;
        esac
    done < <(COMP_WORDS="$line" COMP_CWORD=$((${#words[@]} - 1)) _IDECARE_COMPLETE=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F _idecare_completion idecare 2>/dev/null || complete -F _idecare_completion idecare
"""
# click 8.1 has none. Words go in single quotes, as click splits the line like a POSIX shell, for which backslashes mean
# something. The protocol is bash's. Without an answer PowerShell completes paths.
POWERSHELL = r"""Register-ArgumentCompleter -Native -CommandName idecare, idecare.exe -ScriptBlock {
    param($word, $line, $cursor)
    $words = @(foreach ($element in $line.CommandElements) {
        if ($element.Extent.EndOffset -lt $cursor) {
            if ($element.Value -is [string]) { $element.Value } else { $element.Extent.Text }
        }
    }) + $word.Trim([char[]](34, 39))
    $env:COMP_WORDS = @($words | ForEach-Object { "'" + $_.Replace("'", "'\''") + "'" }) -join ' '
    $env:COMP_CWORD = $words.Count - 1
    $env:_IDECARE_COMPLETE = 'bash_complete'
    try { $found = & idecare 2>$null }
    finally { Remove-Item Env:_IDECARE_COMPLETE, Env:COMP_WORDS, Env:COMP_CWORD }
    foreach ($one in $found) {
        $type, $value = $one -split ',', 2
        if ($type -eq 'plain') {
            $is_plain = $value -match '^[\w+=:./\\~-][\w@+=:./\\~-]*$'
            $text = if ($is_plain) { $value } else { "'" + $value.Replace("'", "''") + "'" }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $value)
        }
    }
}
"""
# click's script calls compdef, which is there only after compinit; here the first prompt calls it, and starts compinit
# where nobody else has.
ZSH_START = """\
    # eval/source/. command, register function for later
    compdef _idecare_completion idecare
"""
ZSH_LATER = """\
    _idecare_register() {
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
        compdef _idecare_completion idecare
        precmd_functions=(${precmd_functions:#_idecare_register})
    }
    if (( $+functions[compdef] )); then _idecare_register; else precmd_functions+=(_idecare_register); fi
"""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
@verb
def completion(session: Session, shell: str) -> int:
    """Print the completion script for SHELL: `eval "$(idecare completion zsh)"`.

    It completes targets, IDEs, profiles, checks, ids of the journal, settings, modules and Java runtimes, too.
    """
    own = {"bash": BASH, "powershell": POWERSHELL}
    script = own.get(shell) or _click_script(shell)
    return session.finish({"script": script}, script, is_prose=False)


def _click_script(shell: str) -> str:
    completion_class = get_completion_class(shell)
    assert completion_class is not None, "click knows each shell of the choice"
    root = click.get_current_context().find_root().command
    script = completion_class(root, {}, "idecare", "_IDECARE_COMPLETE").source()
    return script.replace(ZSH_START, ZSH_LATER)
