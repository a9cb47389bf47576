<#
.SYNOPSIS
Installs memora for one user, without administrator rights.

.DESCRIPTION
Run inside a checkout it builds and installs that; with -Archive it installs a release (source or binary, .tar.gz).
The command goes to $env:MEMORA_INSTALL_DIR, else $env:XDG_BIN_HOME, else ~\.local\bin. The program goes to
$env:LOCALAPPDATA\memora\install (elsewhere than on Windows: ~/.local/share/memora/install). Stores are never touched.
Running it again upgrades: the new version is complete before the old one is let go.
A checkout and a source archive need Python 3.11 or newer; pip's own variables (PIP_INDEX_URL, ...) hold.

.EXAMPLE
powershell -ExecutionPolicy ByPass -File install.ps1 -Archive memora-0.1.0-windows-x86_64.tar.gz
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [string] $Archive,
    [string] $Checksum,
    [switch] $Uninstall,
    [switch] $Help
)

# Everything stands in functions, and the last line calls one: a download that was cut short does nothing.

function Stop-Install([string] $Sentence) {
    [Console]::Error.WriteLine("install.ps1: $Sentence")
    exit 1
}

function New-WritableFolder([string] $Path) {
    try {
        $folder = (New-Item -ItemType Directory -Force -Path $Path -ErrorAction Stop).FullName
        $probe = Join-Path $folder ".memora-probe-$PID"
        Set-Content -LiteralPath $probe -Value '' -ErrorAction Stop
        Remove-Item -LiteralPath $probe
    } catch {
        Stop-Install "cannot write to $Path"
    }
    return $folder
}

# Runs a program without its standard error, which PowerShell 5 would take for an error of the script.
function Invoke-Quietly([scriptblock] $Block) {
    $ErrorActionPreference = 'Continue'
    & $Block 2>$null
}

# The first command on this system that starts a Python new enough, as a list of words.
function Find-Python {
    $candidates = @(@('py', '-3'), @('python3'), @('python'), @('python3.13'), @('python3.12'), @('python3.11'))
    foreach ($words in $candidates) {
        if (-not (Get-Command $words[0] -ErrorAction SilentlyContinue)) { continue }
        $rest = @($words | Select-Object -Skip 1) + @('-c', 'import sys; sys.exit(sys.version_info < (3, 11))')
        Invoke-Quietly { & $words[0] @rest } | Out-Null
        if ($LASTEXITCODE -eq 0) { return , $words }
    }
    Stop-Install 'memora needs Python 3.11 or newer, and there is none on your PATH'
}

# The folder this script stands in, else the current one, where it is memora's source.
function Find-Checkout {
    foreach ($folder in @($PSScriptRoot, (Get-Location).Path)) {
        if (-not $folder) { continue }
        $project = Join-Path $folder 'pyproject.toml'
        if ((Test-Path -LiteralPath $project) -and
            (Select-String -LiteralPath $project -Pattern '^name = "memora-vcs"$' -Quiet)) {
            return $folder
        }
    }
    Stop-Install 'not in a checkout of memora; give a release with -Archive FILE_OR_URL'
}

function Get-FromNetwork([string] $Url, [string] $Path) {
    try {
        [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
        Invoke-WebRequest -UseBasicParsing -Uri $Url -OutFile $Path -ErrorAction Stop
    } catch {
        Stop-Install "could not download $Url"
    }
}

# Verifies the archive and unpacks it; gives the one folder that it holds.
function Expand-Release([string] $Scratch) {
    $file = $Archive
    if ($Archive -like 'https://*') {
        $file = Join-Path $Scratch 'archive.tar.gz'
        Get-FromNetwork $Archive $file
        if (-not $Checksum) { Get-FromNetwork "$Archive.sha256" "$file.sha256" }
    } elseif ($Archive -like '*://*') {
        Stop-Install "${Archive}: only https addresses and files can be installed"
    } elseif (-not (Test-Path -LiteralPath $file -PathType Leaf)) {
        Stop-Install "there is no file $file"
    }

    $wanted = $Checksum
    if (-not $wanted) {
        if (-not (Test-Path -LiteralPath "$file.sha256")) {
            Stop-Install "no checksum: give -Checksum SHA256 or put $Archive.sha256 beside the archive"
        }
        $wanted = (-split (Get-Content -LiteralPath "$file.sha256" -Raw))[0]
    }
    $found = (Get-FileHash -Algorithm SHA256 -LiteralPath $file).Hash
    if ($found -ne $wanted) {
        Stop-Install "$Archive has checksum $($found.ToLower()), not $wanted; nothing was installed"
    }

    # tar is part of Windows 10 and newer.
    $names = Invoke-Quietly { & tar -tzf $file }
    if ($LASTEXITCODE -ne 0) { Stop-Install "$Archive is not a .tar.gz archive" }
    if ($names -match '^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)') {
        Stop-Install "$Archive holds paths that lead outside it; nothing was installed"
    }
    $outer = Join-Path $Scratch 'outer'
    New-Item -ItemType Directory -Path $outer | Out-Null
    & tar -xzf $file -C $outer
    if ($LASTEXITCODE -ne 0) { Stop-Install "could not unpack $Archive" }
    $inside = @(Get-ChildItem -LiteralPath $outer -Force)
    if ($inside.Count -ne 1 -or -not $inside[0].PSIsContainer) { Stop-Install "$Archive does not hold one folder" }
    return $inside[0].FullName
}

# Installs source into an environment of its own, which is never moved afterwards; gives the program's path.
function Build-Program([string] $Source, [string] $New) {
    $python = Find-Python
    $rest = @($python | Select-Object -Skip 1) + @('-m', 'venv', $New)
    & $python[0] @rest | Out-Null
    if ($LASTEXITCODE -ne 0) { Stop-Install "$($python -join ' ') cannot make a virtual environment" }
    Write-Host "Installing into $New ..."
    $folder = Join-Path $New $(if ($OnWindows) { 'Scripts' } else { 'bin' })
    & (Join-Path $folder $(if ($OnWindows) { 'python.exe' } else { 'python' })) `
        -m pip install -q --disable-pip-version-check $Source | Out-Null
    if ($LASTEXITCODE -ne 0) { Stop-Install 'pip could not install memora; nothing was changed' }
    return Join-Path $folder $ProgramName
}

# Whether a command is a launcher that this script wrote.
function Test-Ours([string] $Command) {
    return (Select-String -LiteralPath $Command -SimpleMatch -Pattern $LauncherMark -Quiet) -eq $true
}

# A launcher, because making a symbolic link needs rights on Windows that a user may not have.
function Write-Launcher([string] $Command, [string] $Program) {
    $text = if ($OnWindows) { "@rem $LauncherMark`r`n@`"$Program`" %*`r`n" }
            else { "#!/bin/sh`n# $LauncherMark`nexec `"$Program`" `"`$@`"`n" }
    $fresh = "$Command.$PID"
    # A batch file is read in the console's code page, and a byte order mark would be taken for a command.
    $encoding = if ($OnWindows) { [Text.Encoding]::GetEncoding([Globalization.CultureInfo]::CurrentCulture.TextInfo.OEMCodePage) }
                else { New-Object Text.UTF8Encoding $false }
    [IO.File]::WriteAllText($fresh, $text, $encoding)
    if (-not $OnWindows) { & chmod '+x' $fresh }
    Move-Item -LiteralPath $fresh -Destination $Command -Force
}

function Remove-Installed {
    if (-not (Test-Path -LiteralPath $Receipt)) { Stop-Install "nothing to remove: there is no $Receipt" }
    $command = @(Get-Content -LiteralPath $Receipt -Encoding UTF8)[0]
    if ((Test-Path -LiteralPath $command) -and (Test-Ours $command)) { Remove-Item -LiteralPath $command }
    Get-ChildItem -LiteralPath $Programs -Directory -Filter '2*-*' | Remove-Item -Recurse -Force
    Remove-Item -LiteralPath $Receipt
    foreach ($folder in @($Programs, (Split-Path $Programs))) {
        if (-not (Get-ChildItem -LiteralPath $folder -Force)) { Remove-Item -LiteralPath $folder }
    }
    Write-Host "Removed $command and its program. Stores (.memora folders) were not touched."
}

function Install-Memora([string] $Scratch) {
    $directory = if ($env:MEMORA_INSTALL_DIR) { $env:MEMORA_INSTALL_DIR }
                 elseif ($env:XDG_BIN_HOME) { $env:XDG_BIN_HOME }
                 else { [IO.Path]::Combine($HOME, '.local', 'bin') }
    $directory = New-WritableFolder $directory
    New-WritableFolder $Programs | Out-Null
    $command = Join-Path $directory $(if ($OnWindows) { 'memora.cmd' } else { 'memora' })
    if ((Test-Path -LiteralPath $command) -and -not (Test-Ours $command)) {
        Stop-Install "$command is not from this script; remove it or set MEMORA_INSTALL_DIR"
    }

    $new = Join-Path $Programs "$((Get-Date).ToUniversalTime().ToString('yyyyMMddHHmmss'))-$PID"
    $finished = $false
    try {
        $source = if ($Archive) { Expand-Release $Scratch } else { Find-Checkout }
        if (Test-Path -LiteralPath (Join-Path $source 'pyproject.toml')) {
            $program = Build-Program $source $new
        } else {
            # Copied: a folder cannot be moved to another drive.
            Copy-Item -LiteralPath $source -Destination $new -Recurse
            $program = Join-Path $new $ProgramName
            if (-not (Test-Path -LiteralPath $program)) {
                Stop-Install "$Archive holds neither a pyproject.toml nor a program called $ProgramName"
            }
        }
        $version = Invoke-Quietly { & $program --version }
        if ($LASTEXITCODE -ne 0) { Stop-Install 'the new memora does not start; nothing was changed' }

        $old = @()
        if (Test-Path -LiteralPath $Receipt) { $old = @(Get-Content -LiteralPath $Receipt -Encoding UTF8) }
        Write-Launcher $command $program
        [IO.File]::WriteAllLines($Receipt, @($command, $new))
        $finished = $true
    } finally {
        if (-not $finished -and (Test-Path -LiteralPath $new)) { Remove-Item -LiteralPath $new -Recurse -Force }
    }
    if ($old.Count -eq 2) {
        if ($old[0] -ne $command -and (Test-Path -LiteralPath $old[0]) -and (Test-Ours $old[0])) {
            Remove-Item -LiteralPath $old[0]
        }
        if ((Split-Path $old[1]) -eq $Programs -and (Test-Path -LiteralPath $old[1])) {
            # Windows keeps the files of a running program; what stays is removed by -Uninstall.
            Remove-Item -LiteralPath $old[1] -Recurse -Force -ErrorAction SilentlyContinue
        }
    }
    Write-Host "Installed $version as $command"
    if (($env:PATH -split [IO.Path]::PathSeparator) -notcontains $directory) {
        Write-Host "It is not on your PATH yet. Add this folder to it: $directory"
    }
}

function Invoke-Main {
    $ErrorActionPreference = 'Stop'
    $PSNativeCommandUseErrorActionPreference = $false
    $ProgressPreference = 'SilentlyContinue'
    if ($Help) {
        Get-Help $PSCommandPath -Full
        exit 0
    }
    # PowerShell 5 runs on Windows only and has no $IsWindows.
    $script:OnWindows = $PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows
    $script:ProgramName = if ($OnWindows) { 'memora.exe' } else { 'memora' }
    $script:LauncherMark = "made by memora's install.ps1"
    $data = if ($OnWindows) { $env:LOCALAPPDATA }
            elseif ($env:XDG_DATA_HOME) { $env:XDG_DATA_HOME }
            else { [IO.Path]::Combine($HOME, '.local', 'share') }
    $script:Programs = [IO.Path]::Combine($data, 'memora', 'install')
    $script:Receipt = Join-Path $Programs 'receipt'

    if ($Uninstall) {
        if ($Archive -or $Checksum) { Stop-Install '-Uninstall takes no other option' }
        Remove-Installed
        exit 0
    }
    if ($Checksum -and -not $Archive) { Stop-Install '-Checksum goes with -Archive' }
    $scratch = Join-Path ([IO.Path]::GetTempPath()) "memora-install-$PID"
    New-Item -ItemType Directory -Path $scratch | Out-Null
    try {
        Install-Memora $scratch
    } finally {
        Remove-Item -LiteralPath $scratch -Recurse -Force -ErrorAction SilentlyContinue
    }
}

Invoke-Main
