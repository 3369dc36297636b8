# HIKESHI_CARRIED: for a person at the machine. What is kept for the undo is this very file.
function Write-Told([string[]]$Said) {
    $told = @{}
    foreach ($line in $Said) {
        $key, $value = $line -split '\t', 2
        $told[$key] = $value
        if (@('step', 'detail') -contains $key) { Write-Host "  $value" }
        if ($key -eq 'step' -and $value -match '^(rules_loaded|forbidden) failed') { $told['leaky'] = 'yes' }
    }
    $again = "powershell -NoProfile -ExecutionPolicy Bypass -File `"$PSCommandPath`" -Verb"
    if ($told['failed'] -eq 'not_root') {
        Write-Host '管理者の権限が要ります。何も変えていません。PowerShellを「管理者として実行」で開いてください。急ぐときはLANケーブルを抜いてください。'
        Write-Host 'Administrator rights are needed; nothing was changed. Open PowerShell with "Run as administrator". If it is urgent, pull out the cable.'
        return
    }
    if ($told['failed'] -eq 'not_isolated') {
        Write-Host '切り離されていないので、確定するものがありません。'
        Write-Host 'It is not cut off: there is nothing to confirm.'
        return
    }
    if ($told['failed']) {
        Write-Host "できませんでした（$($told['failed'])）。LANケーブルを抜き、Wi-Fiを切ってください。電源は入れたままにします。"
        Write-Host "It could not be done ($($told['failed'])). Pull out the network cable and switch Wi-Fi off; leave the power on."
        return
    }
    if ($told['leaky'] -and @('isolated', 'pending') -contains $told['state']) {
        Write-Host '切りましたが、止まるはずのものが止まったと確かめられません。LANケーブルを抜き、Wi-Fiを切ってください。'
        Write-Host 'The cut was made, but not all is seen to be stopped. Pull out the network cable and switch Wi-Fi off.'
    }
    switch ($told['state']) {
        'isolated' {
            Write-Host '切り離されています。電源は切らないでください。したことと時刻を紙に書きます。'
            Write-Host 'Cut off the network. Leave the power on. Write down what you did, and when.'
            Write-Host "元に戻すには / To undo:  $again off"
        }
        'pending' {
            if ($told['back'] -eq 'cut') {
                Write-Host '切り離されています。確定しないと、時間が来れば、前に確定した切り離しに戻ります（つながりません）。'
                Write-Host 'Cut off. Unless it is confirmed, the cut of before comes back in time; it does not open.'
            }
            else {
                Write-Host '切り離されていますが、確定しないと時間が来れば元に戻ります。'
                Write-Host 'Cut off, but it goes back by itself unless it is confirmed.'
            }
            Write-Host "続けるには / To keep it:  $again confirm"
        }
        'open' {
            Write-Host '切り離されていません。ふだんどおりつながります。'
            Write-Host 'Not cut off: it is connected as usual.'
        }
        'lost' {
            Write-Host '切り離しが、ほかのプログラムか再起動で外れています。もう一度 on を実行してください。'
            Write-Host 'Another program or a reboot ended the cut. Run "on" again.'
        }
        'undoing' {
            Write-Host '元に戻している途中です。少し待って、もう一度 -Verb status で確かめてください。'
            Write-Host 'It is being undone. Wait a little and look again with -Verb status.'
        }
        default {
            Write-Host '終わりまで進みませんでした。-Verb status で確かめ、切れていなければLANケーブルを抜いてください。'
            Write-Host 'It did not come to its end. Look with -Verb status; if it is still open, pull out the cable.'
        }
    }
}

function Test-Afar {
    # Remote Desktop, SSH or WinRM: such a session is cut by its own command.
    if ($env:SESSIONNAME -like 'RDP-*' -or $env:SSH_CONNECTION -or $PSSenderInfo) { return $true }
    try {
        Add-Type -AssemblyName System.Windows.Forms
        [Windows.Forms.SystemInformation]::TerminalServerSession
    }
    catch { $false }
}

if ($Verb -eq 'on' -and (Test-Afar)) {
    $Timer = 60
    Write-Host '離れたところから入っているようです。切ると、この画面も止まります。60秒たてば自動で元に戻るので、待ってください。'
    Write-Host '切ったままにするには、その機械の前で行うか、60秒のうちに、その機械の前で confirm を実行します。'
    Write-Host 'You seem to have come in from afar: with the cut this screen stops, too. Wait: it goes back by itself after 60 seconds.'
    Write-Host 'To keep it cut, do it at the machine itself, or run "confirm" there within the 60 seconds.'
}
Write-Told @(Invoke-Verb)
