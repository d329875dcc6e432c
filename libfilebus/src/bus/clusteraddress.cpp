// SPDX-License-Identifier: Apache-2.0
#include "bus/clusteraddress.h"

#include "base/failure.h"

#include <filebus/displaytext.h>
#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>

namespace FileBus
{

namespace
{

struct AddressText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ClusterAddress)
};

constexpr auto scheme = QByteArrayView("nats://");
constexpr auto secureScheme = QByteArrayView("tls://");
constexpr auto usualPort = QByteArrayView("4222");

bool isAlphanumeric(char character)
{
    return (character >= '0' && character <= '9') || ((character | 0x20) >= 'a' && (character | 0x20) <= 'z');
}

bool isOf(QByteArrayView text, QByteArrayView others)
{
    return std::all_of(text.begin(), text.end(),
                       [&](char character) { return isAlphanumeric(character) || others.contains(character); });
}

Failure wrong(const QString &what)
{
    return {Error::InvalidName, what};
}

// The parts of a text before and after the first separator.
struct Divided {
    QByteArrayView first;
    QByteArrayView rest;
    bool isDivided;
};

Divided divide(QByteArrayView text, char separator)
{
    const qsizetype position = text.indexOf(separator);
    if (position < 0)
        return {text, {}, false};
    return {text.first(position), text.sliced(position + 1), true};
}

QByteArray decoded(QByteArrayView text)
{
    return QByteArray::fromPercentEncoding(text.toByteArray());
}

// The user information ends at the last @ before the options: no name contains one, but a password may contain an @ that is not
// encoded, or a slash.
qsizetype endOfUser(QByteArrayView afterScheme)
{
    const qsizetype slash = afterScheme.indexOf('/');
    const qsizetype options = slash < 0 ? -1 : afterScheme.indexOf('?', slash);
    return afterScheme.first(options < 0 ? afterScheme.size() : options).lastIndexOf('@');
}

// An @ among the options may also be the one behind a password with / and ?, of which the options would then be a part.
bool mayBeInPassword(QByteArrayView address)
{
    const QByteArrayView rest = address.sliced(address.indexOf("://") + 3);
    return rest.lastIndexOf('@') > endOfUser(rest);
}

bool isPort(QByteArrayView text)
{
    bool isNumber = false;
    const uint port = text.toUInt(&isNumber);
    return isNumber && port >= 1 && port <= 65535
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isHost(QByteArrayView text)
{
    if (text.startsWith('[') && text.endsWith(']'))
        return text.size() > 2 && isOf(text.sliced(1, text.size() - 2), ":.");
    return !text.isEmpty() && text.size() <= 253 && isOf(text, ".-_");
}

Result<QByteArray> parseHost(QByteArrayView text)
{
    const qsizetype colon = text.lastIndexOf(':');
    const bool hasPort = colon >= 0 && colon > text.lastIndexOf(']');
    const QByteArrayView host = hasPort ? text.first(colon) : text;
    if (!isHost(host))
        return wrong(AddressText::tr("\"%1\" is not a host name").arg(displayText(host, 253)));
    const QByteArrayView port = hasPort ? text.sliced(colon + 1) : usualPort;
    if (!isPort(port))
        return wrong(AddressText::tr("\"%1\" is not a port; use a number from 1 to 65535").arg(displayText(port, 20)));
    return host.toByteArray() + ':' + port.toByteArray();
}

Outcome parseHosts(QByteArrayView text, ClusterAddress &address)
{
    for (Divided hosts{{}, text, true}; hosts.isDivided;) {
        hosts = divide(hosts.rest, ',');
        const Result<QByteArray> host = parseHost(hosts.first);
        if (!host)
            return host.failure();
        address.hosts.append(*host);
    }
    return done();
}

Outcome parseReplicas(const QByteArray &value, ClusterAddress &address)
{
    constexpr std::array allowed{"1", "3", "5"};
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
        return wrong(AddressText::tr("replicas=%1 is not possible; use 1, 3 or 5").arg(displayText(value, 20)));
    address.replicas = value.toInt();
    return done();
}

Outcome parseOption(QByteArrayView text, ClusterAddress &address)
{
    const Divided option = divide(text, '=');
    const QByteArray value = decoded(option.rest);
    if (option.first == "replicas")
        return parseReplicas(value, address);
    const std::array files{std::pair{"creds", &ClusterAddress::credentials}, std::pair{"ca", &ClusterAddress::authorities},
                           std::pair{"cert", &ClusterAddress::clientCertificate}, std::pair{"key", &ClusterAddress::clientKey}};
    for (const auto &[name, member] : files) {
        if (option.first != QByteArrayView(name))
            continue;
        if (value.isEmpty() || value.contains('\0'))
            return wrong(AddressText::tr("the option %1 needs a path; add the path of a file").arg(QString::fromLatin1(name)));
        address.*member = value;
        return done();
    }
    return wrong(
        AddressText::tr("the option \"%1\" is unknown; use replicas, creds, ca, cert or key").arg(displayText(option.first, 20)));
}

Outcome parseOptions(QByteArrayView text, ClusterAddress &address)
{
    for (Divided options{{}, text, !text.isEmpty()}; options.isDivided;) {
        options = divide(options.rest, '&');
        if (const Outcome parsed = parseOption(options.first, address); !parsed)
            return parsed;
    }
    return done();
}

Outcome parseName(QByteArrayView text, ClusterAddress &address)
{
    if (text.isEmpty())
        return wrong(AddressText::tr("the name of the bus is missing; add a slash and the name after the host"));
    if (text.size() > ClusterAddress::longestName || !isOf(text, "-_"))
        return wrong(AddressText::tr("\"%1\" is not the name of a bus; use 1 to 200 ASCII letters, digits, - and _")
                         .arg(displayText(text, 200)));
    address.name = text.toByteArray();
    return done();
}

void parseUser(QByteArrayView text, ClusterAddress &address)
{
    const Divided user = divide(text, ':');
    address.user = decoded(user.first);
    address.password = decoded(user.rest);
}

Outcome parseAll(QByteArrayView text, ClusterAddress &address)
{
    address.isSecure = text.startsWith(secureScheme);
    text = text.sliced(address.isSecure ? secureScheme.size() : scheme.size());
    if (const qsizetype at = endOfUser(text); at >= 0) {
        parseUser(text.first(at), address);
        text = text.sliced(at + 1);
    }
    const Divided hosts = divide(text, '/');
    if (const Outcome parsed = parseHosts(hosts.first, address); !parsed)
        return parsed;
    const Divided name = divide(hosts.rest, '?');
    if (const Outcome parsed = parseName(name.first, address); !parsed)
        return parsed;
    return parseOptions(name.rest, address);
}

} // namespace

bool ClusterAddress::isOne(QByteArrayView address)
{
    return address.startsWith(scheme) || address.startsWith(secureScheme);
}

Result<ClusterAddress> ClusterAddress::parse(QByteArrayView address)
{
    ClusterAddress parsed;
    const Outcome outcome = address.size() > longestAddress ? wrong(AddressText::tr("the address is too long; shorten it"))
                                                            : parseAll(address, parsed);
    if (!outcome && mayBeInPassword(address))
        return Failure{Error::InvalidName,
                       AddressText::tr("cannot use %1: it is wrong, or its password has special characters; percent-encode those")
                           .arg(displayText(withoutSecrets(address), longestAddress))};
    if (!outcome)
        return Failure{outcome.failure().error,
                       AddressText::tr("cannot use %1: %2")
                           .arg(displayText(withoutSecrets(address), longestAddress), outcome.failure().text)};
    return parsed;
}

QByteArrayList ClusterAddress::servers() const
{
    QByteArrayList urls;
    for (const QByteArray &host : hosts)
        urls.append((isSecure ? secureScheme : scheme).toByteArray() + host);
    return urls;
}

QByteArray ClusterAddress::withoutSecrets(QByteArrayView address)
{
    const qsizetype afterScheme = address.indexOf("://") + 3;
    const QByteArrayView rest = address.sliced(afterScheme);
    ClusterAddress ignored;
    const qsizetype at = mayBeInPassword(address) && !parseAll(address, ignored) ? rest.lastIndexOf('@') : endOfUser(rest);
    if (at < 0)
        return address.toByteArray();
    const Divided user = divide(rest.first(at), ':');
    const QByteArray who = user.isDivided ? user.first.toByteArray() + ":***" : QByteArray("***"); // without a password: a token
    return address.first(afterScheme).toByteArray() + who + rest.sliced(at).toByteArray();
}

} // namespace FileBus
