# Windows: in its firewall a block beats every allow, so everything but the allowed addresses is blocked, by ranges.
# The rules are made disabled and then enabled together. They outlive a reboot by themselves. For PowerShell 5.1 and 7.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Group = 'HikeshiIsolation'
$Tasks = @('HikeshiIsolationTimer')

function Say([string]$Key, [string]$Value) { "$Key`t$(($Value -replace '[\t\r\n]', ' '))" }
function Put([string]$Name, [string]$Value) {
    $new = Join-Path $State "$Name.new"
    Set-Content -LiteralPath $new -Value $Value -Encoding UTF8
    Move-Item -LiteralPath $new -Destination (Join-Path $State $Name) -Force
}
function Kept([string]$Name) {
    $path = Join-Path $State $Name
    if (Test-Path -LiteralPath $path) { (Get-Content -LiteralPath $path -TotalCount 1).Trim() } else { '' }
}
function Step([string]$Name, [string]$Result, [string]$Detail) {
    $line = "$([DateTime]::UtcNow.ToString('s'))Z`t$Name`t$Result`t$Detail"
    try { Add-Content -LiteralPath (Join-Path $State 'journal') -Value $line -Encoding UTF8 } catch { }
    Say 'step' "$Name $Result $Detail"
}
class Failed : Exception {
    [string]$Code
    Failed([string]$code, [string]$detail) : base($detail) { $this.Code = $code }
}

function Assert-Ready {
    $me = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
    if (-not $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        throw [Failed]::new('not_root', $env:USERNAME)
    }
    if (-not (Get-Command New-NetFirewallRule -ErrorAction SilentlyContinue)) { throw [Failed]::new('no_tool', 'NetSecurity') }
    if ((Get-Service mpssvc).Status -ne 'Running') { throw [Failed]::new('no_tool', 'mpssvc') }
}
function Get-Ours([bool]$OnlyEnabled) {
    $rules = @(Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue)
    if ($OnlyEnabled) { $rules = @($rules | Where-Object { $_.Enabled -eq 'True' }) }
    , $rules
}
function Test-Cut { ((Get-Ours $true).Count -gt 0) -or ((Kept 'adapters') -ne '') }
function Test-Ignored {
    # A company's policy may tell Windows to ignore the machine's own rules; then rules cut nothing.
    $active = Get-NetFirewallProfile -PolicyStore ActiveStore
    @($active | Where-Object { $_.AllowLocalFirewallRules -eq 'False' }).Count -gt 0
}
function Get-Left {
    $deadline = Kept 'deadline'
    if ($deadline -eq '') { return $null }
    [int][Math]::Ceiling(([DateTime]::Parse($deadline).ToUniversalTime() - [DateTime]::UtcNow).TotalSeconds)
}
function Get-Rules {
    Get-NetFirewallRule -PolicyStore PersistentStore |
        Where-Object { $_.Group -ne $Group } | Sort-Object Name |
        ForEach-Object { "$($_.Name) $($_.Enabled) $($_.Direction) $($_.Action) $($_.Profile)" }
}

function Invoke-On {
    Assert-Ready
    New-Item -ItemType Directory -Force -Path $State | Out-Null
    & icacls.exe $State /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
    [IO.File]::WriteAllText((Join-Path $State 'host.ps1'), $Script, [Text.UTF8Encoding]::new($true))
    $already = Test-Cut
    if (-not $already) {
        Put 'phase' 'intended'
        & netsh.exe advfirewall export (Join-Path $State "before-$([DateTime]::UtcNow.Ticks).wfw") | Out-Null
        Get-NetFirewallProfile | Select-Object Name, Enabled | Export-Csv (Join-Path $State 'profiles.csv') -NoTypeInformation
        Get-Rules | Set-Content (Join-Path $State 'before.txt') -Encoding UTF8
        Step 'saved' 'ok' ''
    }
    Stop-Timer
    if ($Timer -gt 0) { Start-Timer; Step 'timer' 'ok' "$Timer" }
    if (Test-Ignored) {
        # Adapters know no allowlist: only where nothing is to pass, and somebody sits at the machine.
        if ($Allow.Count -gt 0 -or $Timer -gt 0) { Put 'phase' 'off'; Stop-Timer; throw [Failed]::new('policy_ignores', 'AllowLocalFirewallRules') }
        $names = @(Get-NetAdapter | Where-Object { $_.Status -ne 'Disabled' } | ForEach-Object { $_.Name })
        Put 'adapters' ($names -join '|')
        $names | ForEach-Object { Disable-NetAdapter -Name $_ -Confirm:$false }
        Put 'phase' 'cut'
        Step 'cut' 'ok' 'adapters'
    }
    else {
        $old = Get-Ours $false
        $watch = [Diagnostics.Stopwatch]::StartNew()
        foreach ($one in $Blocks) {
            $words = @{
                Group = $Group; DisplayName = "Hikeshi $($one.name) $([Guid]::NewGuid())"; Direction = $one.direction
                Action = 'Block'; Profile = 'Any'; Enabled = 'False'; RemoteAddress = $one.addresses
            }
            if ($one.protocol) { $words.Protocol = $one.protocol }
            if ($one.remote) { $words.RemotePort = $one.remote }
            if ($one.local) { $words.LocalPort = $one.local }
            New-NetFirewallRule @words | Out-Null
        }
        Set-NetFirewallProfile -All -Enabled True
        Enable-NetFirewallRule -Group $Group
        if ($old.Count -gt 0) { $old | Remove-NetFirewallRule }
        Put 'phase' 'cut'
        Step 'cut' 'ok' 'firewall'
        Say 'cut_us' "$([int64]($watch.Elapsed.TotalMilliseconds * 1000))"
    }
    Set-Content -LiteralPath (Join-Path $State 'allow') -Value $Allow -Encoding UTF8
    if (Test-Cut) { Step 'rules_loaded' 'ok' '' } else { Step 'rules_loaded' 'failed' '' }
    if ($Timer -eq 0) { Step 'after_reboot' 'ok' 'firewall' }
    Say 'already' $(if ($already) { 'yes' } else { 'no' })
    Write-State
}
function Start-Timer {
    $at = (Get-Date).AddSeconds($Timer)
    Put 'deadline' $at.ToUniversalTime().ToString('o')
    $file = Join-Path $State 'host.ps1'
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument "-NoProfile -ExecutionPolicy Bypass -File `"$file`" -Verb expire"
    $when = @((New-ScheduledTaskTrigger -Once -At $at), (New-ScheduledTaskTrigger -AtStartup))
    $how = New-ScheduledTaskSettingsSet -StartWhenAvailable -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
    Register-ScheduledTask -TaskName $Tasks[0] -Action $action -Trigger $when -Settings $how -User 'SYSTEM' -RunLevel Highest -Force | Out-Null
}
function Stop-Timer {
    Remove-Item -LiteralPath (Join-Path $State 'deadline') -ErrorAction SilentlyContinue
    $Tasks | ForEach-Object { Unregister-ScheduledTask -TaskName $_ -Confirm:$false -ErrorAction SilentlyContinue }
}
function Invoke-Confirm {
    Assert-Ready
    if (-not (Test-Cut)) { throw [Failed]::new('not_isolated', '') }
    Say 'already' $(if ((Kept 'phase') -eq 'confirmed') { 'yes' } else { 'no' })
    Put 'phase' 'confirmed'
    Stop-Timer
    Step 'confirmed' 'ok' ''
    Step 'after_reboot' 'ok' 'firewall'
    Write-State
}
function Invoke-Undo {
    Put 'phase' 'undoing'
    Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue | Remove-NetFirewallRule
    $profiles = Join-Path $State 'profiles.csv'
    if (Test-Path -LiteralPath $profiles) {
        Import-Csv $profiles | ForEach-Object { Set-NetFirewallProfile -Name $_.Name -Enabled $_.Enabled }
    }
    $adapters = Kept 'adapters'
    if ($adapters -ne '') { $adapters.Split('|') | ForEach-Object { Enable-NetAdapter -Name $_ -Confirm:$false } }
    Remove-Item -LiteralPath (Join-Path $State 'adapters') -ErrorAction SilentlyContinue
    if ((Get-Ours $false).Count -eq 0) { Step 'removed' 'ok' '' } else { Step 'removed' 'failed' '' }
    Stop-Timer
    $before = @(Get-Content (Join-Path $State 'before.txt') -ErrorAction SilentlyContinue)
    if (-not (Compare-Object $before @(Get-Rules))) { Step 'same_as_before' 'ok' '' } else { Step 'same_as_before' 'failed' '' }
    Put 'phase' 'off'
}
function Invoke-Off {
    Assert-Ready
    $already = -not (Test-Cut) -and (@('', 'off') -contains (Kept 'phase'))
    if (-not $already) { Invoke-Undo }
    Say 'already' $(if ($already) { 'yes' } else { 'no' })
    Write-State
}
function Write-State {
    $cut = Test-Cut
    $left = Get-Left
    $phase = Kept 'phase'
    $name = 'open'
    if ($cut) { $name = 'isolated'; if ($null -ne $left) { $name = 'pending' }; if ($phase -eq 'undoing') { $name = 'undoing' } }
    elseif (@('cut', 'confirmed') -contains $phase) { $name = 'lost' }
    Say 'state' $name
    if ($name -eq 'pending') { Say 'seconds_left' "$left" }
    if ($cut) {
        Say 'layers' $(if ((Kept 'adapters') -ne '') { 'adapters' } else { 'firewall' })
        Get-Content (Join-Path $State 'allow') -ErrorAction SilentlyContinue | Where-Object { $_ } | ForEach-Object { Say 'allow' $_ }
    }
    Say 'boot' $(if ($cut -and $null -eq $left) { 'yes' } else { 'no' })
    Say 'host' $env:COMPUTERNAME
    Say 'folder' $State
    Say 'done' 'yes'
}
function Invoke-Expire {
    $left = Get-Left
    if ($null -ne $left -and $left -le 0) { Step 'rolled_back' 'ok' 'not confirmed in time'; Invoke-Undo }
}

function Invoke-Verb {
    # One at a time; Windows gives the lock back when its holder dies.
    $lock = [Threading.Mutex]::new($false, 'Global\HikeshiIsolation')
    try { $lock.WaitOne(10000) | Out-Null } catch [Threading.AbandonedMutexException] { }
    try {
        switch ($Verb) {
            'on' { Invoke-On }
            'confirm' { Invoke-Confirm }
            'off' { Invoke-Off }
            'status' { Assert-Ready; Write-State }
            'expire' { Invoke-Expire }
        }
    }
    catch [Failed] { Say 'failed' $_.Exception.Code; Say 'detail' $_.Exception.Message }
    catch { Say 'failed' 'host_failed'; Say 'detail' $_.Exception.Message }
    finally { $lock.ReleaseMutex() }
}
