# Closes a local user of this PC: proof, then disable, sessions, tasks; then looks. Run it as administrator.
# What it found lies in a new folder beside this script; the last lines say how it stands; undo.ps1 in that folder undoes it.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$name = '@USER@'
$dry = @DRY@
$failed = @()

function Step($what, $result, $detail) { Write-Output ("{0}`t{1}`t{2}" -f $what, $result, $detail) }

$me = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
if (-not $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Step 'start' 'failed' 'run this as administrator; nothing was changed'
    exit 3
}
$user = Get-LocalUser -Name $name -ErrorAction SilentlyContinue
if (-not $user) {
    Step 'start' 'failed' 'no such local user; nothing was changed'
    exit 3
}
$id = $user.SID.Value
if ($id -eq $me.Identity.User.Value -or $id -like '*-500') {
    Step 'start' 'failed' 'this is the user who runs the script, or the built-in administrator; nothing was changed'
    exit 3
}
if ($user.PrincipalSource -eq 'MicrosoftAccount') {
    Step 'note' 'ok' 'this user signs in with a Microsoft account: close that account, too'
}

# Proof first: closing destroys some of it.
$folder = Join-Path $PSScriptRoot ('hikeshi-' + (Get-Date -Format 'yyyyMMdd-HHmmss'))
New-Item -ItemType Directory -Path $folder | Out-Null
function Keep($file, $block) {
    try { & $block 2>&1 | Out-File -Encoding utf8 -LiteralPath (Join-Path $folder $file) }
    catch { $_ | Out-File -Encoding utf8 -LiteralPath (Join-Path $folder $file) }
}
function Tasks { Get-ScheduledTask | Where-Object { $_.Principal.UserId -eq $name -or $_.Principal.UserId -eq $id -or $_.Principal.UserId -eq "$env:COMPUTERNAME\$name" } }
Keep 'user.txt' { $user | Format-List * }
Keep 'groups.txt' { foreach ($g in Get-LocalGroup) { if (Get-LocalGroupMember -Group $g -ErrorAction SilentlyContinue | Where-Object { $_.SID.Value -eq $id }) { $g.Name } } }
Keep 'sessions.txt' { if (Get-Command quser.exe -ErrorAction SilentlyContinue) { quser.exe } else { 'no quser here (Windows Home): see processes.txt' } }
Keep 'tasks.txt' { Tasks | Format-List TaskPath, TaskName, State, Actions }
Keep 'log-ons.txt' { Get-WinEvent -FilterHashtable @{ LogName = 'Security'; Id = 4624, 4625, 4648 } -MaxEvents 5000 | Where-Object { $_.Message -like "*$name*" } | Format-List TimeCreated, Id, Message }
Keep 'processes.txt' { Get-Process -IncludeUserName | Where-Object { $_.UserName -eq "$env:COMPUTERNAME\$name" } | Format-Table Id, ProcessName, Path -AutoSize }
Step 'proof' 'ok' $folder

if ($dry) {
    Step 'disable' 'would' ("enabled: {0}" -f $user.Enabled)
    Step 'sessions' 'would' ''
    Step 'tasks' 'would' (@(Tasks).Count)
    exit 0
}

$was = $user.Enabled
$tasks = @(Tasks | Where-Object { $_.State -ne 'Disabled' })
# The way back is on the disk before anything is changed, whatever happens then.
$undo = @('# As administrator. Gives back what this run closed; an older folder beside this one has what was closed before it.')
if ($was) { $undo += ("Enable-LocalUser -Name '{0}'" -f $name) }
# PowerShell takes curly quotes for quotes, too.
function Quoted($text) { $text -replace '([''\u2018-\u201b])', '$1$1' }
foreach ($task in $tasks) { $undo += ("Enable-ScheduledTask -TaskPath '{0}' -TaskName '{1}'" -f (Quoted $task.TaskPath), (Quoted $task.TaskName)) }
$file = Join-Path $folder 'undo.ps1'
# With a mark of its encoding, which 7 leaves out and 5.1 needs to read Japanese names.
$coded = if ($PSVersionTable.PSVersion.Major -ge 6) { 'utf8BOM' } else { 'utf8' }
$undo | Out-File -Encoding $coded -LiteralPath $file
Step 'undo' 'ok' $file

function Processes { Get-Process -IncludeUserName -ErrorAction SilentlyContinue | Where-Object { $_.UserName -eq "$env:COMPUTERNAME\$name" } }
# The sessions in which the user has a program; and what quser knows, where there is one (not in Windows Home). Its line
# is >name  session  ID  state: a name may hold one space between words, a disconnected session has no name of its own.
function Sessions {
    $seen = @(Processes | ForEach-Object { $_.SessionId } | Where-Object { $_ -gt 0 })
    if (Get-Command quser.exe -ErrorAction SilentlyContinue) {
        try { $seen += @(quser.exe 2>$null | Select-Object -Skip 1 | ForEach-Object { if ($_ -match '^[ >](.{1,20}?)\s{2,}(?:\S+\s+)?(\d+)\s' -and $Matches[1] -eq $name) { [int]$Matches[2] } }) } catch { }
    }
    $seen | Sort-Object -Unique
}

try {
    try { Disable-LocalUser -Name $name; Step 'disable' 'ok' '' } catch { Step 'disable' 'failed' $_ }
    if (Get-Command logoff.exe -ErrorAction SilentlyContinue) {
        foreach ($session in @(Sessions)) { try { logoff.exe $session 2>$null } catch { } }
    }
    for ($round = 0; $round -lt 10 -and @(Processes).Count; $round++) {
        Processes | ForEach-Object { try { Stop-Process -Id $_.Id -Force } catch { } }
        Start-Sleep -Seconds 1
    }
    Step 'sessions' $(if (@(Processes).Count) { 'failed' } else { 'ok' }) ''
    foreach ($task in $tasks) { try { $task | Disable-ScheduledTask | Out-Null } catch { Step 'tasks' 'failed' $task.TaskName } }

    # Look again.
    if ((Get-LocalUser -Name $name).Enabled) { $failed += 'disable' }
    if (@(Sessions).Count -or @(Processes).Count) { $failed += 'sessions' }
    if (@(Tasks | Where-Object { $_.State -ne 'Disabled' }).Count) { $failed += 'tasks' } else { Step 'tasks' 'ok' $tasks.Count }
}
catch { Step 'broke-off' 'failed' $_; $failed += 'broke-off' }
$state = if ($failed.Count) { 'open' } else { 'closed' }
Step 'verify' $state ($failed -join ' ')
if ($failed.Count) { Write-Output 'まだ閉じ切れていません。もう一度動かすか、LANケーブルを抜いてください。 / Not all of it is closed. Run it again, or pull out the cable.' }
Write-Output '元に戻すには（管理者として） / To undo, as administrator:'
Write-Output ('powershell -NoProfile -ExecutionPolicy Bypass -File "{0}"' -f $file)
if ($failed.Count) { exit 1 }
