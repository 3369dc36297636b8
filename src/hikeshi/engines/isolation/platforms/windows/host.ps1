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
    # UTF-8, whether 5.1 or 7 wrote it: adapters have Japanese names. A file that a power cut emptied says nothing.
    $path = Join-Path $State $Name
    if (-not (Test-Path -LiteralPath $path)) { return '' }
    "$(Get-Content -LiteralPath $path -TotalCount 1 -Encoding UTF8)".Trim([char[]]@(0, 9, 10, 13, 32))
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
# Each rule is named to what changes it: without a name, or with nothing from a pipe, it could mean every rule there is.
function Get-Ours([bool]$OnlyEnabled) {
    $rules = @(Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue)
    if ($OnlyEnabled) { $rules = @($rules | Where-Object { $_.Enabled -eq 'True' }) }
    , $rules
}
function Test-Touched { ((Get-Ours $false).Count -gt 0) -or ((Kept 'adapters') -ne '') }
function Test-Cut {
    # Notes prove nothing: no adapter may be up; or every rule is there and on, in a firewall that runs and heeds it.
    if ((Kept 'adapters') -ne '') { return @(Get-NetAdapter | Where-Object { $_.Status -eq 'Up' }).Count -eq 0 }
    if ((Get-Ours $true).Count -lt [Math]::Max(1, [int](Kept 'rules'))) { return $false }
    if ((Get-Service mpssvc).Status -ne 'Running' -or (Test-Ignored)) { return $false }
    @(Get-NetFirewallProfile -PolicyStore ActiveStore | Where-Object { $_.Enabled -ne 'True' }).Count -eq 0
}
function Test-Ignored {
    # A company's policy may tell Windows to ignore the machine's own rules; then rules cut nothing.
    $active = Get-NetFirewallProfile -PolicyStore ActiveStore
    @($active | Where-Object { $_.AllowLocalFirewallRules -eq 'False' }).Count -gt 0
}
function Get-Left {
    # More than was given: the clock was set back. Then the time counts as over, as with a note that cannot be read.
    if (-not (Test-Path -LiteralPath (Join-Path $State 'deadline'))) { return $null }
    try { $left = [int][Math]::Ceiling(([long](Kept 'deadline') - [DateTime]::UtcNow.Ticks) / 1e7) } catch { return 0 }
    if ($left -gt [int](Kept 'given') + 60) { 0 } else { $left }
}
function Connect-Once([string]$Address, [int]$Port) {
    # What became of a connection: "open", "silent", or Windows' own word for the error.
    $there = [Net.IPAddress]::Parse($Address)
    $client = $null
    try {
        $client = [Net.Sockets.TcpClient]::new($there.AddressFamily)
        if ($client.ConnectAsync($there, $Port).Wait(1000)) { 'open' } else { 'silent' }
    }
    catch {
        $why = $_.Exception
        while ($why.InnerException) { $why = $why.InnerException }
        if ($why -is [Net.Sockets.SocketException]) { "$($why.SocketErrorCode)" } else { $why.Message }
    }
    finally { if ($client) { $client.Dispose() } }
}
function Test-Ways {
    # What must pass and what must not, tried for real; the rules themselves are read back.
    Step 'rules_loaded' $(if (Test-Cut) { 'ok' } else { 'failed' }) ''
    $server = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $server.Start()
    try { $said = Connect-Once '127.0.0.1' $server.LocalEndpoint.Port } finally { $server.Stop() }
    Step 'loopback' $(if ($said -eq 'open') { 'ok' } else { 'failed' }) $said
    $known = @($Allow | ForEach-Object { $_.Split(' ')[2] })
    # TEST-NET-1 and the documentation prefix: nobody is there, and a cut machine may not even ask. Silence is no proof.
    foreach ($address in @('192.0.2.1', '2001:db8::1')) {
        if ($known -contains $address) { continue }
        $said = Connect-Once $address 80
        $stopped = @('AccessDenied', 'NetworkDown', 'NetworkUnreachable', 'HostUnreachable', 'AddressNotAvailable', 'AddressFamilyNotSupported')
        Step 'forbidden' $(if ($stopped -contains $said) { 'ok' } else { 'failed' }) "$address $said"
    }
    foreach ($line in $Allow) {
        $kind, $family, $address, $port = $line.Split(' ')
        if ($kind -ne 'both' -or [int]$port -eq 0) { continue }
        $said = Connect-Once $address ([int]$port)
        $result = 'skipped'
        if (@('open', 'ConnectionRefused') -contains $said) { $result = 'ok' }
        if ($said -eq 'AccessDenied') { $result = 'failed' }
        Step 'allowed' $result "${address}:$port $said"
    }
}
function Get-Rules {
    Get-NetFirewallRule -PolicyStore PersistentStore |
        Where-Object { $_.Group -ne $Group } | Sort-Object Name |
        ForEach-Object { "$($_.Name) $($_.Enabled) $($_.Direction) $($_.Action) $($_.Profile)" }
}

function Invoke-On {
    Assert-Ready
    # Pasted or piped into a PowerShell it has no file of its own: without one nothing could undo it.
    if (-not $Script) { throw [Failed]::new('no_state', 'host.ps1') }
    New-Item -ItemType Directory -Force -Path $State | Out-Null
    & icacls.exe $State /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
    [IO.File]::WriteAllText((Join-Path $State 'host.ps1'), $Script, [Text.UTF8Encoding]::new($true))
    # Adapters know no allowlist: only where nothing is to pass, and somebody sits at the machine.
    $ignored = Test-Ignored
    if ($ignored -and ($Allow.Count -gt 0 -or $Timer -gt 0)) { throw [Failed]::new('policy_ignores', 'AllowLocalFirewallRules') }
    $already = Test-Cut
    $waiting = $already -and $null -ne (Get-Left)
    if (-not $already) {
        $lost = @('cut', 'confirmed') -contains (Kept 'phase')
        Put 'phase' 'intended'
        Clear-Before
        if (-not $lost) {
            & netsh.exe advfirewall export (Join-Path $State "before-$([DateTime]::UtcNow.Ticks).wfw") | Out-Null
            Get-NetFirewallProfile | Select-Object Name, Enabled | Export-Csv (Join-Path $State 'profiles.csv') -NoTypeInformation
            Get-Rules | Set-Content (Join-Path $State 'before.txt') -Encoding UTF8
            Step 'saved' 'ok' ''
        }
    }
    elseif ($Timer -gt 0 -and -not $waiting) { Save-Before }
    Stop-Timer
    if ($Timer -gt 0) {
        # Without a task that undoes it (the service may be off) nothing new is cut, and what was on trial goes back.
        try { Start-Timer; Step 'timer' 'ok' "$Timer" }
        catch { $why = $_.Exception.Message; Stop-Timer; if ($waiting) { Invoke-Back } elseif ($already) { Clear-Before; }; throw [Failed]::new('host_failed', $why) }
    }
    try { Invoke-Cut $ignored }
    catch {
        $why = $_.Exception.Message
        if (-not $already) { Invoke-Undo } elseif ($Timer -gt 0) { Invoke-Back }
        throw [Failed]::new('host_failed', $why)
    }
    if ($Timer -eq 0) { Clear-Before }
    Set-Content -LiteralPath (Join-Path $State 'allow') -Value $Allow -Encoding UTF8
    try { Test-Ways } catch { Step 'tried' 'failed' $_.Exception.Message }
    if ($Timer -eq 0) { Step 'after_reboot' 'ok' 'firewall' }
    Say 'already' $(if ($already) { 'yes' } else { 'no' })
    Write-State
}
function Invoke-Cut([bool]$Ignored) {
    if ($Ignored) {
        $names = @(Get-NetAdapter | Where-Object { $_.Status -ne 'Disabled' } | ForEach-Object { $_.Name })
        # Those that an earlier cut disabled are to come back, too.
        Put 'adapters' (@(@((Kept 'adapters').Split('|')) + $names | Where-Object { $_ } | Sort-Object -Unique) -join '|')
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
        $before = (Kept 'before').Split('|')
        $old | Where-Object { $before -contains $_.Name } | ForEach-Object { Disable-NetFirewallRule -Name $_.Name }
        $old | Where-Object { $before -notcontains $_.Name } | ForEach-Object { Remove-NetFirewallRule -Name $_.Name }
        Put 'rules' "$($Blocks.Count)"
        Put 'phase' 'cut'
        Step 'cut' 'ok' 'firewall'
        Say 'cut_us' "$([int64]($watch.Elapsed.TotalMilliseconds * 1000))"
    }
}
function Save-Before {
    # A cut that stood for good and is tried anew with a timer: its rules wait, disabled, and come back with the timer.
    Put 'before' (@((Get-Ours $true) | ForEach-Object { $_.Name }) -join '|')
    Copy-Item -LiteralPath (Join-Path $State 'allow') -Destination (Join-Path $State 'allow.before') -Force -ErrorAction SilentlyContinue
}
function Clear-Before {
    @('before', 'allow.before') | ForEach-Object { Remove-Item -LiteralPath (Join-Path $State $_) -ErrorAction SilentlyContinue }
    (Get-Ours $false) | Where-Object { $_.Enabled -ne 'True' } | ForEach-Object { Remove-NetFirewallRule -Name $_.Name }
}
function Invoke-Back {
    # What was not confirmed goes: to the cut of before where there was one, else to the open network.
    if ((Kept 'before') -eq '') { Invoke-Undo; return }
    $before = (Kept 'before').Split('|')
    (Get-Ours $false) | Where-Object { $before -contains $_.Name } | ForEach-Object { Enable-NetFirewallRule -Name $_.Name }
    (Get-Ours $false) | Where-Object { $before -notcontains $_.Name } | ForEach-Object { Remove-NetFirewallRule -Name $_.Name }
    Put 'rules' "$($before.Count)"
    Move-Item -LiteralPath (Join-Path $State 'allow.before') -Destination (Join-Path $State 'allow') -Force -ErrorAction SilentlyContinue
    Put 'phase' 'confirmed'
    Clear-Before
    Stop-Timer
}
function Start-Timer {
    $at = [DateTime]::UtcNow.AddSeconds($Timer)
    Put 'given' "$Timer"
    Put 'deadline' "$($at.Ticks)"
    # As text, not as -File: a company's policy may forbid scripts whatever -ExecutionPolicy says, and then none came back.
    $file = (Join-Path $State 'host.ps1') -replace '''', ''''''
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -Command `"& ([ScriptBlock]::Create([IO.File]::ReadAllText('$file'))) -Verb expire`""
    # A task's moment is cut to whole seconds, and the machine may sleep or be busy: so it comes after the deadline, and
    # again every minute until it found its work done.
    $once = New-ScheduledTaskTrigger -Once -At ($at.ToLocalTime().AddSeconds(1)) -RepetitionInterval ([TimeSpan]::FromMinutes(1)) -RepetitionDuration ([TimeSpan]::FromDays(1))
    $when = @($once, (New-ScheduledTaskTrigger -AtStartup))
    $how = New-ScheduledTaskSettingsSet -StartWhenAvailable -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
    Register-ScheduledTask -TaskName $Tasks[0] -Action $action -Trigger $when -Settings $how -User 'SYSTEM' -RunLevel Highest -Force | Out-Null
    # At once as well: it waits by itself, which no setting of the clock moves.
    try { Start-ScheduledTask -TaskName $Tasks[0] } catch { }
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
    Clear-Before
    Step 'confirmed' 'ok' ''
    Step 'after_reboot' 'ok' 'firewall'
    Write-State
}
function Set-Phase([string]$Value) {
    # What a full disk does not take is taken away: it must keep nothing closed.
    try { Put 'phase' $Value } catch { Remove-Item -LiteralPath (Join-Path $State 'phase') -ErrorAction SilentlyContinue }
}
function Invoke-Undo {
    # What cannot be given back (an adapter that was pulled out, a profile under policy) keeps nothing else closed.
    Set-Phase 'undoing'
    (Get-Ours $false) | ForEach-Object { try { Remove-NetFirewallRule -Name $_.Name } catch { } }
    $profiles = Join-Path $State 'profiles.csv'
    if (Test-Path -LiteralPath $profiles) {
        foreach ($one in @(Import-Csv $profiles)) {
            try { Set-NetFirewallProfile -Name $one.Name -Enabled $one.Enabled } catch { Step 'removed' 'failed' "$($one.Name) $_" }
        }
    }
    $closed = @()
    foreach ($adapter in @((Kept 'adapters').Split('|') | Where-Object { $_ })) {
        try { Enable-NetAdapter -Name $adapter -Confirm:$false }
        catch {
            if (-not @(Get-NetAdapter | Where-Object { $_.Name -eq $adapter }).Count) { continue }
            $closed += $adapter
            Step 'removed' 'failed' "$adapter $_"
        }
    }
    @('adapters', 'rules', 'before', 'allow.before') | ForEach-Object { Remove-Item -LiteralPath (Join-Path $State $_) -ErrorAction SilentlyContinue }
    if ($closed.Count) { try { Put 'adapters' ($closed -join '|') } catch { } }
    # While a rule is left, the timer's task comes again.
    if ((Get-Ours $false).Count -eq 0) { Step 'removed' 'ok' ''; Stop-Timer } else { Step 'removed' 'failed' '' }
    $before = @(Get-Content (Join-Path $State 'before.txt') -Encoding UTF8 -ErrorAction SilentlyContinue)
    if (-not (Compare-Object $before @(Get-Rules))) { Step 'same_as_before' 'ok' '' } else { Step 'same_as_before' 'failed' '' }
    Set-Phase 'off'
}
function Invoke-Off {
    Assert-Ready
    $already = -not (Test-Touched) -and (@('', 'off') -contains (Kept 'phase'))
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
    if ($name -eq 'pending') { Say 'seconds_left' "$left"; Say 'back' $(if ((Kept 'before') -ne '') { 'cut' } else { 'open' }) }
    if ($cut) {
        Say 'layers' $(if ((Kept 'adapters') -ne '') { 'adapters' } else { 'firewall' })
        Get-Content (Join-Path $State 'allow') -ErrorAction SilentlyContinue | Where-Object { $_ } | ForEach-Object { Say 'allow' $_ }
    }
    Say 'boot' $(if ($cut -and $null -eq $left) { 'yes' } else { 'no' })
    Say 'host' $env:COMPUTERNAME
    Say 'folder' $State
    Say 'done' 'yes'
}
function Invoke-Expire([string]$Waited) {
    $left = Get-Left
    if ($null -ne $left -and ($left -le 0 -or ($Waited -ne '' -and $Waited -eq (Kept 'deadline')))) { Step 'rolled_back' 'ok' 'not confirmed in time'; Invoke-Back }
}
function Wait-Deadline {
    # Without the lock, so that a confirmation still comes through. Gives the note of the deadline that it waited out.
    $mine = Kept 'deadline'
    $left = Get-Left
    if ($null -ne $left -and $left -gt 0 -and $left -le 90) { Start-Sleep -Seconds $left; $mine }
}

function Invoke-Verb {
    $waited = if ($Verb -eq 'expire') { Wait-Deadline }
    # One at a time; Windows gives the lock back when its holder dies.
    $lock = [Threading.Mutex]::new($false, 'Global\HikeshiIsolation')
    $held = $true
    try { $held = $lock.WaitOne(60000) } catch [Threading.AbandonedMutexException] { }
    try {
        if (-not $held) { throw [Failed]::new('host_failed', 'another one is at work') }
        switch ($Verb) {
            'on' { Invoke-On }
            'confirm' { Invoke-Confirm }
            'off' { Invoke-Off }
            'status' { Assert-Ready; Write-State }
            'expire' { Invoke-Expire $waited }
        }
    }
    catch [Failed] { Say 'failed' $_.Exception.Code; Say 'detail' $_.Exception.Message }
    catch { Say 'failed' 'host_failed'; Say 'detail' $_.Exception.Message }
    finally { if ($held) { $lock.ReleaseMutex() } }
}
