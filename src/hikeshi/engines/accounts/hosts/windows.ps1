# Closes a local user of this PC: proof, then disable, sessions, tasks; then looks. Run it as administrator.
# What it found lies in a new folder beside this script; the last lines say how it stands and how it is undone.
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
Keep 'sessions.txt' { quser.exe }
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
try { Disable-LocalUser -Name $name; Step 'disable' 'ok' '' } catch { Step 'disable' 'failed' $_; $failed += 'disable' }
# The line of quser: >name  session  ID  state. A name may hold one space between words; a disconnected session has no
# name of its own.
function Sessions { quser.exe 2>$null | Select-Object -Skip 1 | ForEach-Object { if ($_ -match '^[ >](.{1,20}?)\s{2,}(?:\S+\s+)?(\d+)\s' -and $Matches[1] -eq $name) { $Matches[2] } } }
foreach ($session in @(Sessions)) { try { logoff.exe $session } catch { $failed += 'sessions' } }
Get-Process -IncludeUserName | Where-Object { $_.UserName -eq "$env:COMPUTERNAME\$name" } | Stop-Process -Force -ErrorAction SilentlyContinue
Step 'sessions' 'ok' ''
foreach ($task in $tasks) { try { $task | Disable-ScheduledTask | Out-Null } catch { $failed += 'tasks' } }
Step 'tasks' 'ok' $tasks.Count

# Look again.
if ((Get-LocalUser -Name $name).Enabled) { $failed += 'disable' }
if (@(Sessions).Count) { $failed += 'sessions' }
if (@(Tasks | Where-Object { $_.State -ne 'Disabled' }).Count) { $failed += 'tasks' }
$state = if ($failed.Count) { 'open' } else { 'closed' }
Step 'verify' $state ($failed -join ' ')
Write-Output 'To undo, as administrator:'
if ($was) { Write-Output ("Enable-LocalUser -Name '{0}'" -f $name) }
foreach ($task in $tasks) { Write-Output ("Enable-ScheduledTask -TaskPath '{0}' -TaskName '{1}'" -f $task.TaskPath.Replace("'", "''"), $task.TaskName.Replace("'", "''")) }
if ($failed.Count) { exit 1 }
