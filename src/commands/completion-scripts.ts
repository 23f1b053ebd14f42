// The lines each shell needs for completion. Text only; they call `msg completion --complete -- WORDS`.

export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell';

export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of msg
_msg() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" completion --complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[=.] ]] && compopt -o nospace 2>/dev/null
}
complete -o default -F _msg msg msg-cli
`,
  zsh: `#compdef msg msg-cli
_msg() {
  local -a lines items begun
  local line
  lines=("\${(@f)$("\${words[1]}" completion --complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "\${lines[1]}" ]]; then
    _files
    return
  fi
  for line in "\${lines[@]}"; do
    # What goes on behind it gets no space.
    if [[ "\${line%%$'\\t'*}" == *[=.] ]]; then begun+=("\${\${line//:/\\\\:}/$'\\t'/:}")
    else items+=("\${\${line//:/\\\\:}/$'\\t'/:}"); fi
  done
  (( ! $#begun )) || _describe msg begun -S ''
  (( ! $#items )) || _describe msg items
}
if [[ "\${funcstack[1]}" = _msg ]]; then _msg; else compdef _msg msg msg-cli; fi
`,
  fish: `# fish completion of msg
function __msg_complete
  set -l words (commandline -opc)
  set -l found ($words[1] completion --complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c msg -f -a '(__msg_complete)'
complete -c msg-cli -f -a '(__msg_complete)'
`,
  powershell: `# PowerShell completion of msg
Register-ArgumentCompleter -Native -CommandName msg, msg-cli -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '""' }
  msg-cli completion --complete -- @words 2>$null | ForEach-Object {
    $value, $about = $_ -split "\`t", 2
    if (-not $about) { $about = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
  }
}
`,
};
