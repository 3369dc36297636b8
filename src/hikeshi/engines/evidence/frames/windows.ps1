# Hikeshi's collector @VERSION@ for Windows: takes the state of this machine into one zip. Nothing needs to be installed.
# Made by `hikeshi evidence script --os windows`. It reads, and writes only the file that it is told to write.
#   As administrator:  powershell -NoProfile -ExecutionPolicy Bypass -File collect.ps1 -Out E:\evidence.zip
#   Choose a stick of yours for -Out, never this machine's own disk. For PowerShell 5.1 and 7.
# Check anywhere: unpack, then  sha256sum -c manifest-sha256.txt  (or Get-FileHash for each file).
param(
    [Parameter(Mandatory = $true)][string]$Out,
    [string]$Who = '',
    [string]$Why = '',
    [string[]]$Stages = @('@STAGES@' -split ' ')
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$utf8 = New-Object System.Text.UTF8Encoding($false)
Add-Type -AssemblyName System.IO.Compression
# With -File a list arrives as one text; .NET's current folder is not PowerShell's.
$Stages = @($Stages -split '[ ,]+')
$Out = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Out)

# An earlier collection, or the part of one that broke off, is evidence too.
foreach ($earlier in @($Out, "$Out.part")) {
    if ([IO.File]::Exists($earlier)) {
        Write-Warning "「$earlier」がもうあります。何も集めていません。消さずに、-Out に別の名前を指定してください。"
        Write-Warning "$earlier is already there: nothing was collected. Leave it, and give -Out another name."
        exit 2
    }
}

function Get-Stamp { [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", [Globalization.CultureInfo]::InvariantCulture) }

function Get-Hex([byte[]]$Hash) { ([BitConverter]::ToString($Hash) -replace '-', '').ToLowerInvariant() }

# One JSON text; control characters are left out.
function Get-Quoted([string]$Text) {
    $plain = [regex]::Replace($Text, '[\x00-\x1f\x7f]', '')
    '"' + $plain.Replace('\', '\\').Replace('"', '\"') + '"'
}

# A stream becomes a member of the zip, at most $Bytes of it. Gives size, SHA-256, and whether it was cut.
function Save-Stream([string]$Name, [IO.Stream]$Source, [long]$Bytes) {
    $sha = [Security.Cryptography.SHA256]::Create()
    $entry = $script:zip.CreateEntry("evidence/$Name", [IO.Compression.CompressionLevel]::Fastest)
    $target = $entry.Open()
    $buffer = New-Object byte[] 262144
    $size = [long]0
    $cut = $false
    try {
        while (($count = $Source.Read($buffer, 0, $buffer.Length)) -gt 0) {
            if ($size + $count -gt $Bytes) {
                $count = [int]($Bytes - $size)
                $cut = $true
            }
            [void]$sha.TransformBlock($buffer, 0, $count, $buffer, 0)
            $target.Write($buffer, 0, $count)
            $size += $count
            if ($cut) { break }
        }
    } finally {
        $target.Dispose()
    }
    [void]$sha.TransformFinalBlock((New-Object byte[] 0), 0, 0)
    $hash = Get-Hex $sha.Hash
    if ($Name.StartsWith('data/')) { [void]$script:manifest.Append("$hash  $Name`n") }
    @{ Size = $size; Hash = $hash; Cut = $cut }
}

function Save-Text([string]$Name, [string]$Text, [long]$Bytes = 1073741824) {
    $memory = New-Object IO.MemoryStream(, $utf8.GetBytes($Text))
    Save-Stream $Name $memory $Bytes
}

# Copies files that other programs may hold open; gives the list of them: member, SHA-256, size and times, path.
function Save-Files([string]$Name, [object[]]$Paths, [int]$Most, [long]$Bytes) {
    $number = 0
    $index = New-Object Text.StringBuilder
    foreach ($path in $Paths) {
        $number += 1
        if ($number -gt $Most) {
            $script:failures += "more files than ${Most}: the rest was not taken, from: $path`n"
            break
        }
        try {
            $info = New-Object IO.FileInfo([string]$path)
            $share = [IO.FileShare]::ReadWrite -bor [IO.FileShare]::Delete
            $source = New-Object IO.FileStream($info.FullName, [IO.FileMode]::Open, [IO.FileAccess]::Read, $share)
            try {
                $plain = [regex]::Replace($info.Name, '[^A-Za-z0-9._-]', '_')
                if ($plain.Length -gt 40) { $plain = $plain.Substring(0, 40) }
                $member = 'data/{0}/{1:0000}-{2}' -f $Name, $number, $plain
                $kept = Save-Stream $member $source $Bytes
                if ($kept.Cut) { $script:failures += "only the first $Bytes bytes were taken: $path`n" }
                $times = '{0} {1:o} {2:o}' -f $kept.Size, $info.LastWriteTimeUtc, $info.CreationTimeUtc
                [void]$index.Append("$member`t$($kept.Hash)`t$times`t$path`n")
            } finally {
                $source.Dispose()
            }
        } catch {
            $script:failures += "${path}: $($_.Exception.Message)`n"
        }
    }
    $index.ToString()
}

# One item: its block runs in a shell of its own until its time is up; what it gives is kept as text.
function Save-Item([string]$Name, [string]$Stage, [int]$Seconds, [long]$Bytes, [string]$Said, [scriptblock]$Block, [int]$Most = 0) {
    if ($Stages -notcontains $Stage) { return }
    $began = Get-Stamp
    $code = 0
    $script:failures = ''
    $given = @()
    $shell = [PowerShell]::Create()
    [void]$shell.AddScript($Block.ToString())
    try {
        $running = $shell.BeginInvoke()
        if ($running.AsyncWaitHandle.WaitOne($Seconds * 1000)) {
            $given = @($shell.EndInvoke($running))
        } else {
            $code = 137
            [void]$shell.BeginStop($null, $null)
        }
        if ($shell.Streams.Error.Count) {
            $code = [Math]::Max($code, 1)
            $script:failures += ($shell.Streams.Error | Out-String)
        }
    } catch {
        $code = 1
        $script:failures += "$($_.Exception.Message)`n"
    }
    if ($Most) { $text = Save-Files $Name $given $Most $Bytes } else { $text = $given | Out-String -Width 8192 }
    if ($script:failures) { $code = [Math]::Max($code, 1) }
    $errors = ''
    if ($script:failures) {
        [void](Save-Text "data/$Name.err.txt" $script:failures 65536)
        $errors = ",`"stderr`":`"data/$Name.err.txt`""
    }
    $kept = Save-Text "data/$Name.txt" $text $Bytes
    $line = '{{{0},"stage":"{1}","exit":{2},"started":"{3}","ended":"{4}","file":"data/{5}.txt","size":{6},"sha256":"{7}","cut":{8}{9}}}'
    $cut = if ($kept.Cut) { 'true' } else { 'false' }
    [void]$script:items.Append(($line -f $Said, $Stage, $code, $began, (Get-Stamp), $Name, $kept.Size, $kept.Hash, $cut, $errors) + "`n")
    Write-Host "  $Name"
}

$part = "$Out.part"
$file = New-Object IO.FileStream($part, [IO.FileMode]::CreateNew, [IO.FileAccess]::ReadWrite)
$zip = New-Object IO.Compression.ZipArchive($file, [IO.Compression.ZipArchiveMode]::Create, $true)
$manifest = New-Object Text.StringBuilder
$items = New-Object Text.StringBuilder
$failures = ''
$started = Get-Stamp
[void](Save-Text 'bagit.txt' "BagIt-Version: 1.0`nTag-File-Character-Encoding: UTF-8`n")

@ITEMS@

$host_name = Get-Quoted ([Environment]::MachineName)
[void](Save-Text 'data/items.jsonl' $items.ToString())
$about = @(
    '"format":"hikeshi-evidence 1"', '"tool":"hikeshi @VERSION@"', '"collector":"@OS@"', "`"host`":$host_name",
    "`"system`":$(Get-Quoted ([Environment]::OSVersion.VersionString))", "`"user`":$(Get-Quoted ([Security.Principal.WindowsIdentity]::GetCurrent().Name))",
    "`"who`":$(Get-Quoted $Who)", "`"why`":$(Get-Quoted $Why)", '"collection":""', '"asked_at":""',
    "`"stages`":$(Get-Quoted ($Stages -join ' '))", "`"started`":`"$started`"", "`"ended`":`"$(Get-Stamp)`""
)
[void](Save-Text 'data/package.json' ('{' + ($about -join ',') + "}`n"))
$manifest_text = $manifest.ToString()
$manifest_hash = Get-Hex ([Security.Cryptography.SHA256]::Create().ComputeHash($utf8.GetBytes($manifest_text)))
# The first line of the custody chain, as the record writes its lines (docs/record-format.md).
$custody = ('0' * 64) + " {`"actor`":{`"id`":`"collector`",`"name`":$(Get-Quoted $Who)}," +
    "`"data`":{`"host`":$host_name,`"manifest_sha256`":`"$manifest_hash`",`"why`":$(Get-Quoted $Why)}," +
    "`"kind`":`"custody.collected`",`"number`":1,`"recorded_at`":`"$(Get-Stamp)`",`"version`":1}`n"
[void](Save-Text 'custody.txt' $custody)
[void](Save-Text 'manifest-sha256.txt' $manifest_text)
$zip.Dispose()
$file.Flush($true)
$file.Position = 0
$whole = Get-Hex ([Security.Cryptography.SHA256]::Create().ComputeHash($file))
$file.Dispose()
[IO.File]::Move($part, $Out)
Write-Host "$Out"
Write-Host "SHA-256 $whole"
